"""A camera's own stream as the painting processes' food: what it is, what it sends, when it is in trouble."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bongsu.video.codec import Header
from bongsu.video.viewer import Item, Trouble, Viewer

if TYPE_CHECKING:
    from collections.abc import Iterator

Join = Callable[[], tuple[Viewer, Callable[[], None]]]
"""Opens the camera's main stream: a line of what it sends, and what lets go of it. Raises Unavailable."""


class Feed:
    """What a camera sends, for one who tells its viewers of every trouble once and then waits for its end."""

    def __init__(self, join: Join) -> None:
        self._join = join
        self._told = ""

    @contextmanager
    def opened(self) -> Iterator[Viewer]:
        """The line, for the length of the block."""
        viewer, leave = self._join()
        try:
            yield viewer
        finally:
            leave()

    def trouble(self, item: Item) -> str:
        """The code to give up with: of a trouble that viewers have not heard of yet; else ""."""
        if isinstance(item, Header):
            self._told = ""
        if not isinstance(item, Trouble) or item.code == self._told:
            return ""
        self._told = item.code
        return item.code
