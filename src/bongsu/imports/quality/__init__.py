"""How an import's report is shown: on a terminal, as JSON, and as a page with a map."""

from bongsu.imports.quality.page import page
from bongsu.imports.quality.table import table, to_json

__all__ = ["page", "table", "to_json"]
