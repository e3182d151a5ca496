"""Toyland: a made-up region, the fixture of the tests and the template for the next region."""
