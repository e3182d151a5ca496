"""Any customs table of the user's: a mapping in TOML says what stands where, and nothing is taken that does not hold."""

from hamkor.sources.mapped.gazetteer import gazetteer
from hamkor.sources.mapped.guess import guess
from hamkor.sources.mapped.mapping import Mapping, read_mapping
from hamkor.sources.mapped.reading import Preview, preview
from hamkor.sources.mapped.understand import read_mapped
from hamkor.sources.reading import Reading

__all__ = ["Mapping", "Preview", "Reading", "gazetteer", "guess", "preview", "read_mapped", "read_mapping"]
