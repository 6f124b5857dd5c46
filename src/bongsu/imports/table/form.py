"""A form: how registers of one kind name their columns, and the standard layouts known by position."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

COORDINATES: Mapping[str, str] = {
    "lat": "wgs84위도 정제wgs84위도 위도 y좌표 좌표y y latitude lat",
    "lon": "wgs84경도 정제wgs84경도 경도 x좌표 좌표x x longitude lon lng long",
}
"""What every register calls its coordinates."""

PARTS = (("위도", "lat"), ("경도", "lon"), ("latitude", "lat"), ("longitude", "lon"))


class Guess(msgspec.Struct, frozen=True):
    """A field known by its values: what a cell of it looks like, and the share of filled cells that must."""

    field: str
    pattern: str
    share: float


class Form(msgspec.Struct, frozen=True):
    """One kind of register.

    `words` is field → header words without spaces and case; a field named twice takes the column that stands first.
    `anonymous` fields say something of the file, not of the thing: they take no part in a row's identity.
    """

    name: str
    words: Mapping[str, str]
    standards: tuple[tuple[str, ...], ...] = ()
    guesses: tuple[Guess, ...] = ()
    anonymous: frozenset[str] = frozenset()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field a column can be mapped to."""
        return tuple(self.words)

    def field_of(self, header: str) -> str | None:
        """The field a header cell names, or None; coordinates are also known by a part of the word."""
        word = normal(header)
        for field, words in self.words.items():
            if word in words.split():
                return field
        return next((field for part, field in PARTS if part in word), None)

    def standard(self, width: int) -> tuple[str, ...] | None:
        """The standard layout that has this many columns."""
        return next((layout for layout in self.standards if len(layout) == width), None)


def normal(header: str) -> str:
    """A header cell without the spaces, brackets, underscores and case that differ from city to city."""
    bare = re.sub(r"\(.*?\)|\[.*?\]", "", header)
    return re.sub(r"[\s_\-.·\"'\ufeff]", "", bare).lower()
