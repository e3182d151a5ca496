"""A table in, a Vega-Lite specification out; models never plot, they return tables."""
