"""A screen that follows the live board, and notes how old each danger was when its case came up."""

from __future__ import annotations

import json

from bongsu.world.partner.board import Screen

PROBE = "probe:"


class Watched(Screen):
    """`found_ms` is how old each probe's reading was when its case was on this screen."""

    def __init__(self) -> None:
        super().__init__()
        self.found_ms: list[float] = []
        self._seen: set[str] = set()

    def hear(self, text: str | bytes, at_s: float, at_ms: float) -> None:
        """Take in one message that arrived at these moments (monotonic seconds, wall-clock ms)."""
        super().hear(text, at_s, at_ms)
        told = json.loads(text)
        if told.get("what") != "change":
            return
        occurrence = str(told["incident"].get("occurrence", ""))
        if PROBE in occurrence and occurrence not in self._seen:
            self._seen.add(occurrence)
            self.found_ms.append(at_ms - int(occurrence.rpartition(":")[2]))
