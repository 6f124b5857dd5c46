"""What video tells of an export becomes the board's truth, and what must be built is told to video until it is."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bongsu.core.command import AskExport, SetHold
from bongsu.core.errors import Unavailable
from bongsu.core.export import ExportState
from bongsu.core.grant import Basis
from bongsu.desk.board import Board
from bongsu.flow import Flow
from bongsu.gateways.video.wire import ExportSaid
from bongsu.releases import Releases
from fakes.city import a_camera
from fakes.desk import NOON, Clock, FakeJournal, FlatCity, a_report

CASE = "I-20261122-00001"
SPAN = {"incident": CASE, "cameras": ("C1",), "since": NOON - timedelta(minutes=5), "until": NOON, "by": "kim"}


class FakeLink:
    """Remembers what it was told to say."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.has_far = False
        self.holders: tuple[str, ...] | None = ()

    async def elsewhere(self, camera: str, from_ms: int, to_ms: int) -> tuple[str, ...]:
        if self.holders is None:
            raise Unavailable("video.away")
        return self.holders

    def export_for(self, jobs, on_export) -> None:
        self.jobs, self.on_export = jobs, on_export

    def exports_changed(self) -> None:
        self.said.append("exports")

    def orders_changed(self) -> None:
        self.said.append("orders")


async def a_desk(tmp_path):
    journal, link, board = FakeJournal(), FakeLink(), Board()
    flow = Flow(
        board=board, city=FlatCity(), services={}, append=journal.append, find_ack=journal.find_ack,
        tell=lambda recorded: releases.tell(recorded.entry), now=Clock(),
    )  # fmt: skip
    releases = Releases(tmp_path, "달빛시", board, lambda: {"C1": a_camera("C1", 0, 0)}, flow.order, link)
    await flow.take(a_report())
    return flow, link, releases


async def test_an_export_goes_to_video_and_comes_back_ready(tmp_path):
    flow, link, releases = await a_desk(tmp_path)
    ask = AskExport(**SPAN, basis=Basis.URGENT_LIFE, reason="실종 아동 수색")
    export = (await flow.order(ask)).exports[0].id
    assert link.said == ["exports", "orders"]
    [job] = link.jobs()
    assert (job.export.id, job.city) == (export, "달빛시")
    assert job.names == {"C1": a_camera("C1", 0, 0).name}

    link.on_export(ExportSaid(export=export, state=ExportState.BUILDING))
    await asyncio.sleep(0.01)
    link.on_export(ExportSaid(export=export, state=ExportState.BUILDING, share=0.4))
    assert releases.progress == {export: 0.4}
    assert len(link.jobs()) == 1, "a video process that comes back is told of it again"
    ready = ExportSaid(export=export, state=ExportState.READY, sha256="ab" * 32, size_bytes=9)
    link.on_export(ready)
    link.on_export(ready)
    await asyncio.sleep(0.01)
    assert flow.board.exports[export].state is ExportState.READY
    assert flow.board.exports[export].sha256 == "ab" * 32
    assert (link.jobs(), releases.progress) == ((), {})


async def test_what_another_machine_recorded_is_never_called_unrecorded(tmp_path):
    flow, link, _ = await a_desk(tmp_path)
    link.has_far, link.holders = True, None
    ask = AskExport(**SPAN, basis=Basis.URGENT_LIFE, reason="실종 아동 수색")
    first = (await flow.order(ask)).exports[0].id
    assert link.jobs() == ()
    await asyncio.sleep(0.01)
    assert flow.board.exports[first].state is ExportState.APPROVED, "nobody knows yet where it is"
    link.holders = ()
    assert link.jobs() == ()
    await asyncio.sleep(0.01)
    assert [job.export.id for job in link.jobs()] == [first]
    link.holders = ("video-b",)
    second = (await flow.order(ask)).exports[0].id
    link.jobs()
    await asyncio.sleep(0.01)
    failed = flow.board.exports[second]
    assert (failed.state, failed.fault) == (ExportState.FAILED, "evidence.elsewhere")
    assert [job.export.id for job in link.jobs()] == [first]


async def test_a_hold_changes_what_video_must_spare(tmp_path):
    flow, link, _ = await a_desk(tmp_path)
    await flow.order(SetHold(**SPAN, reason="재판 증거"))
    assert link.said == ["orders"]
