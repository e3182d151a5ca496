"""A composite index: a definition and a table of indicators in, scores with contributions and intervals of ranks out."""
