"""A provider of trade data; see `source.toml`."""
