"""The newest figures of each video process."""

from __future__ import annotations

from bongsu.core.clock import Monotonic
from bongsu.core.figures import Figures

OLD_S = 20.0
"""What was told longer ago says nothing of now."""


class Loads:
    """The newest figures of each video process."""

    def __init__(self, monotonic: Monotonic) -> None:
        self._monotonic = monotonic
        self._told: dict[str, tuple[float, Figures]] = {}

    def take(self, process: str, figures: Figures) -> None:
        """A process has told."""
        self._told[process] = (self._monotonic(), figures)

    def now(self) -> dict[str, Figures]:
        """The figures that still hold, by process."""
        oldest = self._monotonic() - OLD_S
        return {process: figures for process, (at, figures) in self._told.items() if at >= oldest}
