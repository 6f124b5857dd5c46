"""How each reason looks on the report: a colour, a shape and a word, never the colour alone (KWCAG 2.2, 1.4.1)."""

from __future__ import annotations

import msgspec

SHAPES = {
    "diamond": "M0 -6.5L6.5 0L0 6.5L-6.5 0Z",
    "triangle": "M0 -6.5L6 5L-6 5Z",
    "square": "M-5 -5H5V5H-5Z",
    "cross": "M-5 -5L5 5M5 -5L-5 5",
    "disc": "M-5.5 0A5.5 5.5 0 1 0 5.5 0A5.5 5.5 0 1 0 -5.5 0Z",
    "arrow": "M7 0L-5 -5.5L-2 0L-5 5.5Z",
}


class Mark(msgspec.Struct, frozen=True):
    """A shape of SHAPES and a class of the style sheet."""

    shape: str
    kind: str


MARKS = {
    "away_from_address": Mark("diamond", "grave"),
    "far_outside": Mark("disc", "grave"),
    "impossible_coordinate": Mark("cross", "grave"),
    "shared_coordinate": Mark("triangle", "warn"),
    "unreadable_row": Mark("square", "mild"),
    "no_coordinate": Mark("square", "mild"),
}
OTHER = Mark("square", "mild")


def mark_of(reason: str) -> Mark:
    """The mark of a reason."""
    return MARKS.get(reason, OTHER)
