"""What screens show of devices: told whole once, then only what changed of it, once a second (실시간 장비 값)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bongsu.core.asking import ListSpots, Spot, SpotNews
from bongsu.core.register import Register
from bongsu.telemetry.spots import Heard, rows_of, spot_of

TURN_S = 1.0
LOOK_AGAIN_TURNS = 5
"""Turns between two looks at who is in the box: a million devices are looked through."""

Tell = Callable[[int, SpotNews], None]
"""Says a show's news to the core, by its number."""


class Show:
    """One screen's devices, and what of them the core was told last."""

    def __init__(self, asked: ListSpots) -> None:
        self.asked = asked
        self.register: Register | None = None
        self.more = False
        self._device: NDArray[np.int64] = np.zeros(0, np.int64)
        self._streams: NDArray[np.int64] = np.zeros(0, np.int64)
        self._owner: NDArray[np.int64] = np.zeros(0, np.int64)
        self._seen: tuple[NDArray[Any], ...] = ()
        self._told: dict[int, Spot] = {}

    def lay(self, rows: Sequence[int], more: bool, register: Register) -> None:
        """These rows are shown from now on; all of them are compared with what was told at the next turn."""
        self.more, self.register, self._seen = more, register, ()
        streams = [tuple(register.stream_row[register.devices[row].id].values()) for row in rows]
        self._device = np.array(rows, np.int64)
        self._streams = np.array([one for mine in streams for one in mine], np.int64)
        self._owner = np.repeat(np.arange(len(rows)), [len(mine) for mine in streams])

    def changed(self, register: Register, latest: Heard) -> tuple[list[Spot], list[str]]:
        """Spots that are not as they were told, and ids that are shown no more; both count as told now."""
        touched = self._device[self._touched(latest)].tolist()
        fresh = {row: spot_of(row, register, latest) for row in touched}
        spots = [spot for row, spot in fresh.items() if self._told.get(row) != spot]
        shown = set(self._device.tolist())
        gone = [self._told.pop(row).device for row in list(self._told) if row not in shown]
        self._told |= fresh
        return spots, gone

    def _touched(self, latest: Heard) -> NDArray[np.bool_]:
        """Which of `_device` were heard, moved or doubted since the last time; at first all."""
        marks = latest.time_ms[self._streams], latest.place_ms[self._device], latest.trouble[self._device]
        before, self._seen = self._seen, marks
        if not before:
            return np.ones(len(self._device), np.bool_)
        touched: NDArray[np.bool_] = (marks[1] != before[1]) | (marks[2] != before[2])
        touched[self._owner[marks[0] != before[0]]] = True
        return touched


class Shown:
    """Every screen's show by its number; `room` is whether the line to the core takes more at this moment.

    A turn that finds no room is left out: what changed meanwhile is told together later, each device once.
    """

    def __init__(self, register: Callable[[], Register], latest: Heard, tell: Tell, room: Callable[[], bool]) -> None:
        self._register, self._latest = register, latest
        self._tell, self._room = tell, room
        self._shows: dict[int, Show] = {}
        self._wake = asyncio.Event()

    def show(self, shows: Mapping[int, ListSpots | None] | None) -> None:
        """Show these from now on, None for those nobody looks at any more; None alone: nobody looks at any of them."""
        if shows is None:
            return self._shows.clear()
        for number, asked in shows.items():
            if asked is None:
                self._shows.pop(number, None)
            else:
                self._shows[number] = Show(asked)
                self._wake.set()
        return None

    async def run(self) -> None:
        """Tell for as long as it runs; a new show is told at once."""
        turn, clock = 0, asyncio.get_running_loop().time
        due_s = clock() + TURN_S
        while True:
            try:
                async with asyncio.timeout_at(due_s):
                    await self._wake.wait()
            except TimeoutError:
                turn, due_s = turn + 1, clock() + TURN_S
                await self.turn(again=turn % LOOK_AGAIN_TURNS == 0)
            else:
                self._wake.clear()
                await self.turn(again=False, new_alone=True)

    async def turn(self, *, again: bool, new_alone: bool = False) -> None:
        """Tell each show's news; `again` looks anew at who is in its box."""
        for number, show in list(self._shows.items()):
            if self._room() and not (new_alone and show.register is not None):
                await self._turn(number, show, again)

    async def _turn(self, number: int, show: Show, again: bool) -> None:
        register, whole = self._register(), show.register is None
        if again or show.register is not register:
            rows, more = await asyncio.to_thread(rows_of, show.asked, register, self._latest)
            if self._shows.get(number) is not show:
                return
            news = more != show.more
            show.lay(rows, more, register)
        else:
            news = False
        spots, gone = show.changed(register, self._latest)
        if whole or news or spots or gone:
            told = SpotNews(spots=tuple(spots), gone=tuple(gone), whole=whole, more=show.more)
            self._tell(number, told)
