"""One folder a provider of trade data: what it declares of itself, and a reader from the bytes of its files to records."""

from hamkor.sources.reading import Reading, read
from hamkor.sources.source import Source, SourceFile, source, sources

__all__ = ["Reading", "Source", "SourceFile", "read", "source", "sources"]
