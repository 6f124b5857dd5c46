"""Writes this release's golden journal: what one busy hour left behind, to be read by every release to come.

Run once for a release: `PYTHONPATH=tests python -m golden.make`. An existing journal is never written over; its
expected figures are frozen in digests.json after somebody has counted them by hand.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from functools import partial
from importlib.metadata import version
from pathlib import Path

import msgspec

from bongsu.core.command import Accept, Close, Command, Extend, HandOver, Merge, Prioritise, Revise, Split
from bongsu.core.entry import SCHEMA, Entry, Recorded
from bongsu.core.geo import Point
from bongsu.core.incident import Priority
from bongsu.core.person import Role
from bongsu.core.revision import RecordKind, Staff
from bongsu.desk.board import Board
from bongsu.flow import Flow
from bongsu.services import police_dispatch, police_video
from bongsu.store import Store
from bongsu.store.upcast import upcast
from fakes.desk import Clock, FlatCity, a_report

HERE = Path(__file__).parent
KINDS = ("robbery", "theft", "fire")
_read = msgspec.msgpack.Decoder(Entry).decode


def figures(journal: Path) -> dict[str, object]:
    """What the entries of a golden journal fold to under today's rules."""
    board = Board()
    for seq, schema, body in msgspec.msgpack.decode(journal.read_bytes())["entries"]:
        board.apply(Recorded(seq=seq, entry=_read(upcast(body, schema))))
    return {
        "entries": board.seq,
        "incidents": len(board.incidents),
        "open": len(board.list_open()),
        "grants": len(board.grants),
        "running": len(board.running),
        "records": len(board.records),
        "digest": board.digest(),
    }


def main() -> None:
    """Write journal-<schema>.msgpack and print its figures."""
    path = HERE / f"journal-{SCHEMA}.msgpack"
    if path.exists():
        sys.exit(f"{path.name} is there already")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_live(Path(folder)))
        rows = _rows(Path(folder))
    path.write_bytes(msgspec.msgpack.encode({"release": version("bongsu"), "schema": SCHEMA, "entries": rows}))
    sys.stdout.write(f"{msgspec.json.encode({path.stem: figures(path)}).decode()}\n")


def _rows(folder: Path) -> list[tuple[int, int, bytes]]:
    store = Store(folder)
    query = "select seq, schema, body from entries order by seq"
    rows = store.db.read_now(lambda c: [tuple(row) for row in c.exec_driver_sql(query)])
    store.close()
    return rows


async def _live(folder: Path) -> None:
    store, clock, board = Store(folder), Clock(), Board()
    flow = Flow(
        board=board,
        city=FlatCity(("C1", "C2", "C3")),
        services={
            "police_video": partial(police_video.respond, settings=police_video.Settings(kinds=KINDS)),
            "police_dispatch": partial(police_dispatch.respond, settings=police_dispatch.Settings(kinds=KINDS)),
        },
        append=store.append,
        find_ack=store.find_ack,
        tell=lambda recorded: None,
        now=clock,
    )
    staff = Staff(name="kim", role=Role.OPERATOR)
    await flow.order(Revise(kind=RecordKind.USER, id="kim", body=staff, version=0, by="settings", note="처음 정함"))
    for n in range(12):
        clock.forward(60)
        await _call(flow, clock, "POLICE112", f"P{n}", Point(127.1 + n * 0.01, 37.51), KINDS[n % 3])
        if n % 3 == 0:
            await _call(flow, clock, "FIRE119", f"F{n}", Point(127.1 + n * 0.01, 37.51), KINDS[n % 3])
        clock.forward(5)
        for command in _orders(n, tuple(board.incidents)):
            await flow.order(command)
    store.close()


async def _call(flow: Flow, clock: Clock, sender: str, occurrence: str, where: Point, kind: str) -> None:
    told = {"sender": sender, "occurrence": occurrence, "kind": kind, "where": where}
    await flow.take(a_report("10", **told, text=f"신고 {occurrence}", occurred_at=clock.at, received_at=clock.at))


def _orders(n: int, ids: tuple[str, ...]) -> list[Command]:
    before, newest = (ids[0], *ids)[-2:]
    accept = Accept(incident=newest, by="kim")
    return {
        0: [Split(incident=ids[0], sender="FIRE119", occurrence="F0", by="kim", note="서로 다른 일")],
        1: [accept, HandOver(incident=newest, by="kim", to="lee", note="근무 교대함")],
        2: [Prioritise(incident=newest, by="kim", priority=Priority.URGENT, note="아이가 있음")],
        4: [Extend(grant=f"{newest}.police_video.police112", by="kim", for_s=3000.0)],
        5: [accept, Close(incident=newest, by="kim", note="상황이 끝남")],
        7: [Merge(incident=newest, into=before, by="kim", note="같은 한 사건")],
    }.get(n, [])


if __name__ == "__main__":
    main()
