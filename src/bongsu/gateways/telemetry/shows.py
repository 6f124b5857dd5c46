"""What screens show of devices, as telemetry is told of it: told anew on every line, for telemetry forgets with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from bongsu.core.asking import ListSpots, SpotNews
from bongsu.gateways.telemetry import wire

Hear = Callable[[SpotNews | None], None]
"""Hears a show's news; None: telemetry is away, and what was told holds no more. It never waits."""


class Shows:
    """Every show that is open, by its number; `send` puts a line on its way, where there is one."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._numbers = itertools.count(1)
        self._open: dict[int, tuple[ListSpots, Hear]] = {}
        self._has_line = False

    def open(self, asked: ListSpots, hear: Hear) -> Callable[[], None]:
        """Show these devices from now on, all of them first; until what is returned is called."""
        number = next(self._numbers)
        self._open[number] = asked, hear
        if self._has_line:
            self._send(wire.show(number, asked))
        else:
            hear(None)

        def close() -> None:
            if self._open.pop(number, None) is not None:
                self._send(wire.show(number, None))

        return close

    def begin(self) -> None:
        """There is a new line."""
        self._has_line = True
        for number, (asked, _) in self._open.items():
            self._send(wire.show(number, asked))

    def end(self) -> None:
        """The line is gone."""
        self._has_line = False
        for _, hear in list(self._open.values()):
            hear(None)

    def hear(self, said: wire.ShownSaid) -> None:
        """Telemetry's word on one of them; of one that is closed it is forgotten."""
        found = self._open.get(said.show)
        if found is not None:
            found[1](said.news)
