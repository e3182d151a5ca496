"""The parts of a brief in reading order; each takes the material and a speaker and returns blocks, none without facts."""
