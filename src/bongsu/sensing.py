"""The telemetry plane as the core sees it: what it is told of rules, zones and devices, and what it finds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bongsu.core.asking import ListSpots, Spot, SpotNews
from bongsu.core.clock import Now
from bongsu.core.detection import Detection
from bongsu.core.device import DeviceKind
from bongsu.core.errors import Conflict
from bongsu.core.report import Ack, Report
from bongsu.core.revision import RecordKind, Revision
from bongsu.desk.board import Board
from bongsu.desk.decide import report_of
from bongsu.gateways.telemetry.link import TelemetryLink
from bongsu.gateways.telemetry.queue import QueueDoor, door_of
from bongsu.settings import Settings
from bongsu.store import Store
from bongsu.web.condition import DEGRADED, DOWN, OK

TOLD = frozenset({RecordKind.RULE, RecordKind.ZONE})
"""Records the telemetry process works by."""

FIGURES = {
    "bongsu_telemetry_messages": ("telemetry_total", "messages"),
    "bongsu_telemetry_readings": ("telemetry_total", "readings"),
    "bongsu_telemetry_places": ("telemetry_total", "places"),
    "bongsu_telemetry_detections": ("telemetry_total", "detections"),
    "bongsu_telemetry_behind_ms": ("telemetry", "behind_ms"),
    "bongsu_telemetry_unsafe_rows": ("telemetry", "unsafe_rows"),
    "bongsu_telemetry_shed": ("telemetry", "shed"),
    "bongsu_telemetry_shed_sources": ("telemetry", "shed_sources"),
    "bongsu_telemetry_source_per_s": ("telemetry", "source_per_s"),
    "bongsu_archive_waiting_rows": ("archive", "waiting_rows"),
    "bongsu_archive_full": ("archive", "full"),
}
"""What the telemetry process counts, by the metric it is shown as."""

BEHIND_MS = 5_000
"""A reading is found within a quarter of a second: whoever waits so long should be looked at."""

TRAFFIC = ListSpots(kinds=(DeviceKind.TRAFFIC_DETECTOR,), at_most=20_000)

Publish = Callable[[str, str, bytes], Awaitable[None]]

log = structlog.get_logger()


class Sensing:
    """The line to the telemetry process, and the core's side of what goes over it."""

    def __init__(
        self,
        settings: Settings,
        board: Board,
        store: Store,
        take: Callable[[Report], Awaitable[Ack]],
        now: Now,
    ) -> None:
        self._city = settings.city
        self._board = board
        self._take = take
        self._now = now
        self.enabled = settings.telemetry.enabled
        run = settings.folder / "run"
        self.link = TelemetryLink(run / "telemetry.sock", self.terms, store.devices, self.keep)
        self.queue = QueueDoor(door_of(settings.telemetry.nats, run)) if self.enabled else None
        self._traffic: dict[str, Spot] = {}
        self.link.shows.open(TRAFFIC, self._see_traffic)

    def terms(self) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """The rules and the zones that hold now, by id."""
        return self._standing(RecordKind.RULE), self._standing(RecordKind.ZONE)

    def _standing(self, kind: RecordKind) -> dict[str, object]:
        records = self._board.records.items()
        return {name: one.body for (of, name), one in records if of is kind and one.body is not None}

    def heed(self, revision: Revision) -> None:
        """A rule or a zone holds from now on."""
        if revision.kind in TOLD:
            self.link.terms_changed()

    async def keep(self, detection: Detection) -> None:
        """Take a detection in as the report it comes to; one that says something else under its name is left out."""
        report = report_of(detection, sender=self._city.code, language=self._city.language, now=self._now())
        if report is None:
            return
        try:
            await self._take(report)
        except Conflict as problem:
            log.error("detection.conflict", code=problem.code, record=detection.rule)

    def traffic(self) -> tuple[Spot, ...]:
        """The city's traffic detectors and what each told last; while telemetry is away, what it told before that."""
        return tuple(self._traffic.values())

    def _see_traffic(self, news: SpotNews | None) -> None:
        if news is None:
            return
        if news.whole:
            self._traffic = {}
        self._traffic |= {spot.device: spot for spot in news.spots}
        for name in news.gone:
            self._traffic.pop(name, None)

    @property
    def publish(self) -> Publish | None:
        """How readings that came over HTTP are handed to the queue; None of a city without telemetry."""
        return self.queue.publish if self.queue is not None else None

    def parts(self) -> dict[str, str]:
        """The telemetry process's state; degraded while its archive waits for room on the disk, or it is behind."""
        if not self.enabled:
            return {}
        return {"telemetry": state_of(self.link.figures) if self.link.alive else DOWN}

    def figures(self) -> dict[str, float]:
        """What the telemetry process counted up to now, as metrics; nothing while it is away."""
        told = self.link.figures
        if not told:
            return {}
        quarantined = sum(told.get("telemetry_quarantined_total", {}).values())
        shown = {name: told.get(group, {}).get(of, 0.0) for name, (group, of) in FIGURES.items()}
        return {**shown, "bongsu_telemetry_quarantined": quarantined}

    async def run(self) -> None:
        """Keep the line up; of a city without telemetry there is none."""
        if self.enabled:
            await self.link.run()
        else:
            await asyncio.Event().wait()


def state_of(told: Mapping[str, Mapping[str, float]]) -> str:
    """How a telemetry process that lives is, by what it counts, and how far behind where somebody should look."""
    behind_ms = told.get("telemetry", {}).get("behind_ms", 0.0)
    if behind_ms >= BEHIND_MS:
        return f"{DEGRADED}: {behind_ms / 1000:.0f} s"
    return DEGRADED if told.get("archive", {}).get("full", 0.0) else OK
