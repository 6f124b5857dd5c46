"""All junctions at work: each by itself and one thing at a time, so that a deaf controller holds up nobody else."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import count

import structlog

from bongsu.core.errors import BongsuError
from bongsu.core.signal import Crossing, Signal
from bongsu.signalling.shown import shown
from bongsu.signalling.station import Means, Station
from bongsu.web.junctions import SignalShown

LOOK_S = 0.2
LOOKS_A_WORD = 50
"""The log is told of lines in trouble once in so many looks: a switch that fails takes a hundred junctions along."""

log = structlog.get_logger()


class Signalling:
    """Asks for priority for the crews that are sent. All methods belong to the event loop's thread.

    `signals` is the register as it stands, `crossings` what crews will cross from now on.
    """

    def __init__(
        self,
        means: Means | None,
        signals: Callable[[], Mapping[str, Signal]],
        crossings: Callable[[], Iterable[Crossing]],
    ) -> None:
        self._means = means
        self._signals = signals
        self._crossings = crossings
        self._stations: dict[str, Station] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._said: dict[str, str] = {}

    async def run(self) -> None:
        """For ever; nothing is asked where priority is not enabled. What stands at the end is ended by its lease."""
        if self._means is None:
            await asyncio.Event().wait()
            return
        try:
            for nth in count(1):
                self.look(self._means)
                if nth % LOOKS_A_WORD == 0:
                    self._say()
                await asyncio.sleep(LOOK_S)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            await self.close()

    def _say(self) -> None:
        """One line for all that are in trouble, where it is others or for another reason than was said last."""
        troubles = {name: station.trouble for name, station in self._stations.items() if station.trouble}
        new = sorted(troubles.items() - self._said.items())
        if new:
            log.warning("signal.line", record=new[0][0], code=new[0][1], count=len(troubles))
        self._said = troubles

    async def turn(self) -> None:
        """One look, and everything done that it sets to work; whoever drives the clocks calls this."""
        if self._means is not None:
            self.look(self._means)
            while self._tasks:
                await asyncio.gather(*self._tasks.values())

    async def close(self) -> None:
        """Let go of the lines to controllers."""
        if self._means is not None:
            await self._means.lines.close()

    def look(self, means: Means) -> None:
        """Set every junction to work that has something to do and is not at work."""
        signals = self._signals()
        by: defaultdict[str, list[Crossing]] = defaultdict(list)
        for crossing in self._crossings():
            by[crossing.signal].append(crossing)
        for name, signal in signals.items():
            self._stations.setdefault(name, Station(name, signal, means)).signal = signal
        for name, station in list(self._stations.items()):
            if name not in signals:
                station.signal = None
                if not station.table.standing:
                    del self._stations[name]
                    continue
            if name not in self._tasks and station.has_work(by[name]):
                task = asyncio.get_running_loop().create_task(self._turn(station, by[name]))
                self._tasks[name] = task
                task.add_done_callback(lambda _, name=name: self._tasks.pop(name, None))  # type: ignore[misc]

    async def _turn(self, station: Station, crossings: list[Crossing]) -> None:
        try:
            await station.turn(crossings)
        except BongsuError as problem:
            log.error("signal.turn", code=problem.code, record=station.name)

    def shown(self) -> tuple[SignalShown, ...]:
        """Every junction as operators see it; none where priority is not enabled."""
        return tuple(shown(station) for _, station in sorted(self._stations.items()))

    def figures(self) -> dict[str, float]:
        """What the metrics show."""
        counts = self._means.counts if self._means is not None else {}
        stations = self._stations.values()
        return {
            "bongsu_signals_registered": len(self._stations),
            "bongsu_signals_in_trouble": sum(bool(one.trouble) for one in stations),
            "bongsu_signal_priorities_standing": sum(len(one.table.standing) for one in stations),
            "bongsu_signal_asks": counts.get("asked", 0),
            "bongsu_signal_grants": counts.get("granted", 0),
            "bongsu_signal_refusals": counts.get("refused", 0),
            "bongsu_signal_ends": counts.get("ended", 0),
            "bongsu_signal_failures": counts.get("failed", 0),
        }
