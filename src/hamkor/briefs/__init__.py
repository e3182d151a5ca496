"""The brief: facts, composition, renderers. No number is printed that is not a fact."""
