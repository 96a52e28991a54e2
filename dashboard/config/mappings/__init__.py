"""``mapping.toml``: what the columns of a city's file are, as people write and read it."""

from dashboard.config.mappings.reader import Answers, full_mapping, merged, read_mapping
from dashboard.config.mappings.writer import mapping_text

__all__ = ["Answers", "full_mapping", "mapping_text", "merged", "read_mapping"]
