"""What is worked out of cases beside the flow: ways for crews, maps of who is lost, watch plans of who fled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bongsu.city import City
from bongsu.core.asking import Spot
from bongsu.core.clock import Clocks
from bongsu.core.entry import Entry
from bongsu.core.recording import Orders
from bongsu.desk.board import Board
from bongsu.pursuing import Pursuing
from bongsu.searching import Searching
from bongsu.settings import Settings
from bongsu.wayfinding import Wayfinding
from bongsu.web.live import LiveBoard


class Lookouts:
    """The three of them: told of every entry, run together."""

    def __init__(
        self,
        city: Callable[[], City],
        board: Board,
        live: LiveBoard,
        clocks: Clocks,
        orders: Callable[[], Orders],
        settings: Settings,
        traffic: Callable[[], Sequence[Spot]],
    ) -> None:
        self.wayfinding = Wayfinding(city, board, live, clocks, traffic)
        self.searching = Searching(city, board, live, clocks, orders, settings)
        self.pursuing = Pursuing(city, board, live, clocks, settings.cameras)

    def hear(self, entry: Entry) -> None:
        """Each looks again where the entry is its business."""
        self.wayfinding.hear(entry)
        self.searching.hear(entry)
        self.pursuing.hear(entry)

    async def run(self) -> None:
        """For ever; ends when one of them does."""
        await asyncio.gather(self.wayfinding.run(), self.searching.run(), self.pursuing.run())
