"""How an import's report is shown: on a terminal and as JSON."""

from bongsu.imports.quality.table import table, to_json

__all__ = ["table", "to_json"]
