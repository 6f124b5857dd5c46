"""Regular expressions of strangers, in time that grows with the text alone (RE2): one cannot hold anybody up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bongsu.core.errors import Invalid

PATTERN_CHARS = 512
_PLAIN = re.compile(r"\^?([\w:/ -]*)(\.\*)?\$?")
"""A literal beginning and anything after it: no engine is needed for what most of them are."""


def check_pattern(pattern: str) -> str:
    """The pattern itself, found sound. Raises Invalid("ngsi_ld.pattern")."""
    if len(pattern) > PATTERN_CHARS:
        raise Invalid("ngsi_ld.pattern", pattern=pattern[:100])
    matching(pattern, [""])
    return pattern


def literal_start(pattern: str) -> str:
    """What every text that matches begins with ("" where that is not plain to see)."""
    found = _PLAIN.fullmatch(pattern)
    return found[1] if found is not None else ""


def matches(pattern: str, text: str) -> bool:
    """Whether a whole text is in the pattern's language (clause 4.9: L(R))."""
    found = _plain(pattern)
    if found is None:
        return matching(pattern, [text])[0]
    start, is_open = found
    return text.startswith(start) if is_open else text == start


def matching(pattern: str, texts: Sequence[str]) -> list[bool]:
    """Which whole texts match. Raises Invalid("ngsi_ld.pattern")."""
    found = _plain(pattern)
    if found is not None:
        start, is_open = found
        return [text.startswith(start) if is_open else text == start for text in texts]
    import pyarrow as pa  # slow to load, and most platforms never meet such a pattern
    import pyarrow.compute as pc

    try:
        told: list[bool] = pc.match_substring_regex(pa.array(texts, pa.string()), f"^(?:{pattern})$").to_pylist()
    except pa.ArrowInvalid:
        raise Invalid("ngsi_ld.pattern", pattern=pattern[:100]) from None
    return told


@lru_cache(4096)
def _plain(pattern: str) -> tuple[str, bool] | None:
    found = _PLAIN.fullmatch(pattern)
    return (found[1], found[2] is not None) if found is not None else None
