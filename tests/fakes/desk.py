"""Builders for reports, boards and flows, and a city that is one flat street."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bongsu.core.entry import Entry, Recorded
from bongsu.core.geo import Point
from bongsu.core.grant import View
from bongsu.core.report import Ack, Report, Severity, Status, Step
from bongsu.desk.board import Board
from bongsu.desk.hear import hear

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SQUARE = Point(127.1, 37.51)


class FlatCity:
    """Every place is on the map, every camera given sees everything."""

    def __init__(self, cameras: Iterable[str] = ("C1", "C2"), on_map: bool = True) -> None:
        self.ids = tuple(cameras)
        self.on_map = on_map

    def is_on_map(self, where: Point) -> bool:
        return self.on_map

    def address_of(self, where: Point) -> str:
        return "달빛동 시장길 부근"

    def area_m2(self) -> float:
        return 50e6

    def places_near(self, where: Point, kind: object, *, within_m: float, at_most: int) -> tuple[()]:
        return ()

    def who_sees(
        self, where: Point, *, within_m: float, at_most: int, agency: str = "", basis: str = ""
    ) -> tuple[View, ...]:
        return tuple(
            View(camera=c, distance_m=20.0, px_per_m=100.0, clear=True, confident=True) for c in self.ids[:at_most]
        )


def a_report(step: str = "10", **fields: Any) -> Report:
    """A robbery at the square, told by 112, unless said otherwise."""
    told: dict[str, Any] = {
        "sender": "POLICE112",
        "key": f"K-{step}-{fields.get('occurrence', 'O1')}-{fields.get('text', '')}",
        "digest": "d",
        "occurrence": "O1",
        "kind": "robbery",
        "severity": Severity.SEVERE,
        "received_at": NOON,
        "occurred_at": NOON,
        "where": SQUARE,
        "status": Status.EXERCISE,
    } | fields
    return Report(step=Step(step), **told)


class FakeJournal:
    """Keeps entries in memory and answers retries, as the store does."""

    def __init__(self) -> None:
        self.entries: list[Recorded] = []
        self.acks: dict[tuple[str, str], Ack] = {}

    async def append(self, entry: Entry, report: Report | None) -> int:
        seq = len(self.entries) + 1
        self.entries.append(Recorded(seq=seq, entry=entry))
        if report is not None:
            self.acks[(report.sender, report.key)] = Ack(seq=seq, incident=entry.changes[0].incident.id, duplicate=True)
        return seq

    async def find_ack(self, report: Report) -> Ack | None:
        return self.acks.get((report.sender, report.key))


class Clock:
    """A clock that only moves when told."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def board_after(*reports: Report, city: FlatCity | None = None) -> Board:
    """The board once these reports were heard, with no services answering."""
    board = Board()
    for report in reports:
        changes = hear(board, report, city or FlatCity(), NOON).changes
        board.apply(Recorded(seq=board.seq + 1, entry=Entry(changes=changes)))
    return board
