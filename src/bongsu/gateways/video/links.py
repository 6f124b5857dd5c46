"""Every video process as one: what holds is told to all of them, what is recorded or built is divided among them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from bongsu.core.clock import Monotonic, monotonic
from bongsu.core.errors import Unavailable
from bongsu.core.export import Job
from bongsu.core.figures import Figures
from bongsu.core.health import Vitals
from bongsu.core.mask import Masks
from bongsu.core.processes import Process, Seat
from bongsu.core.recording import Orders, Recorded
from bongsu.gateways.video.link import VideoLink
from bongsu.gateways.video.sharing import merged, share, sharers
from bongsu.gateways.video.wire import ExportSaid

LOOK_S = 0.5


class VideoLinks:
    """The lines to all video processes. All methods belong to the event loop's thread; only `recorded` and `run` wait.

    Whether one of them is dead or stuck changes nothing for the others: each line has a buffer of its own.
    `on_change` is told when a process came or went.
    """

    def __init__(
        self,
        links: Mapping[Process, VideoLink],
        orders: Callable[[], Orders],
        clock: Monotonic = monotonic,
    ) -> None:
        self._processes = tuple(links)
        self._links = {process.name: link for process, link in links.items()}
        self._orders = orders
        self._clock = clock
        self._began_s = clock()
        self._lost: set[str] = set()
        self._there: frozenset[str] = frozenset()
        self._sharers: tuple[str, ...] = self._share_now()
        self._jobs: Callable[[], tuple[Job, ...]] = tuple
        self.on_change: Callable[[], None] = lambda: None
        for link in self._links.values():
            link.on_presence = self._look

    @property
    def alive(self) -> bool:
        """At least one is connected and has said hello."""
        return any(link.alive for link in self._links.values())

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Every process as viewers must know it."""
        return tuple(
            Seat(name=one.name, url=one.public_url, alive=self._links[one.name].alive) for one in self._processes
        )

    @property
    def epochs(self) -> frozenset[str]:
        """The epochs of the processes that are there: a ticket is for one of them."""
        return frozenset(link.epoch for link in self._links.values() if link.epoch is not None)

    def hold(self, key: str, until_ms: int | None) -> None:
        """Hold a key everywhere, or move its end."""
        for link in self._links.values():
            link.hold(key, until_ms)

    def drop(self, key: str) -> None:
        """Let a key go: every stream that hangs on it ends, wherever it plays."""
        for link in self._links.values():
            link.drop(key)

    def streams_changed(self) -> None:
        """Cameras have new addresses (an import)."""
        for link in self._links.values():
            link.streams_changed()

    def orders_changed(self) -> None:
        """Other cameras are recorded, on other terms, or something else must not be deleted."""
        for link in self._links.values():
            link.orders_changed()

    def mask_for(self, masks: Callable[[], Masks]) -> None:
        """Who knows what of which camera's pictures is masked; every process is told of all of it."""
        for link in self._links.values():
            link.mask_for(masks)

    def masks_changed(self) -> None:
        """Other zones of a camera's pictures are masked from now on."""
        for link in self._links.values():
            link.masks_changed()

    def exports_changed(self) -> None:
        """An export is to be built, or not any more."""
        for link in self._links.values():
            link.exports_changed()

    def noted(self, number: str) -> None:
        """A deletion is on the ledger. All are told: whoever told of it may be dead, and another keep its list."""
        for link in self._links.values():
            link.noted(number)

    def hear_health(self, on_health: Callable[[str, Vitals], None]) -> None:
        """Who is told how open cameras are."""
        for link in self._links.values():
            link.on_health = on_health

    def hear_figures(self, on_figures: Callable[[str, Figures], None]) -> None:
        """Who is told what each process counts."""
        for name, link in self._links.items():
            link.on_figures = partial(on_figures, name)

    def export_for(self, jobs: Callable[[], tuple[Job, ...]], on_export: Callable[[ExportSaid], None]) -> None:
        """Who knows which exports are to be built, and hears how far they have come; neither may block."""
        self._jobs = jobs
        for name, link in self._links.items():
            link.export_for(lambda name=name: self.jobs_of(name), on_export)  # type: ignore[misc]  # its default binds it

    def orders_of(self, name: str) -> Orders:
        """What one process records: its share of the cameras."""
        return share(self._orders(), name, self._share_now())

    def jobs_of(self, name: str) -> tuple[Job, ...]:
        """The exports one process builds: all of them go to the first that is there on our own disk."""
        here = {one.name for one in self._processes if one.is_local and self._links[one.name].alive}
        return self._jobs() if name == next((one for one in self._share_now() if one in here), "") else ()

    async def recorded(self, camera: str, from_ms: int, to_ms: int) -> Recorded:
        """What all of them together hold of a camera in [from_ms, to_ms); raises Unavailable("video.away")."""
        asked = [name for name, link in self._links.items() if link.alive]
        answers = await asyncio.gather(
            *(self._links[name].recorded(camera, from_ms, to_ms) for name in asked), return_exceptions=True
        )
        told = {name: one for name, one in zip(asked, answers, strict=True) if isinstance(one, Recorded)}
        if not told:
            raise Unavailable("video.away")
        return merged(self._processes, told)

    @property
    def has_far(self) -> bool:
        """Some processes run on other machines, with disks of their own."""
        return not all(one.is_local for one in self._processes)

    async def elsewhere(self, camera: str, from_ms: int, to_ms: int) -> tuple[str, ...]:
        """The processes of other machines that hold some of it, or may: what cannot be exported here."""
        found = await self.recorded(camera, from_ms, to_ms)
        far = (one.name for one in self._processes if not one.is_local)
        return tuple(name for name in far if found.at.get(name) or name in found.away)

    async def run(self) -> None:
        """Keep every line open until cancelled; a process that has become steady takes its cameras back."""
        await asyncio.gather(self._watch(), *(link.run() for link in self._links.values()))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self._divide()

    def _look(self) -> None:
        """A process came or went."""
        there = frozenset(name for name, link in self._links.items() if link.alive)
        self._lost |= self._there - there
        came_or_went, self._there = there != self._there, there
        self._divide()
        if came_or_went:
            self.exports_changed()
            self.on_change()

    def _divide(self) -> None:
        """Tell the processes when the recordings are divided otherwise than before."""
        now = self._share_now()
        if now != self._sharers:
            self._sharers = now
            self.orders_changed()
            self.exports_changed()

    def _share_now(self) -> tuple[str, ...]:
        since = {name: link.since_s for name, link in self._links.items() if link.since_s is not None}
        names = [one.name for one in self._processes if one.records]
        return sharers(names, since, self._lost, self._began_s, self._clock())
