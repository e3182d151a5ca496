"""Bytes of a file in, a text in pieces with their places out."""
