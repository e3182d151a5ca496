"""Regions as packs of facts; a pack is found by its entry point, and the engine knows none by name."""
