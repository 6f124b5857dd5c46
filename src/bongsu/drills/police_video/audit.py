"""After the calls: what the platform holds, read through its public doors, against what was acknowledged to us."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from bongsu.drills import processes
from bongsu.drills.measure import Histogram, read_histogram
from bongsu.drills.police_video import books
from bongsu.drills.police_video.hands import Hands
from bongsu.world import barcode
from bongsu.world.partner.board import number_of
from bongsu.world.partner.log import Heard, read
from bongsu.world.partner.terminal import Terminal
from bongsu.world.partner.viewing import Viewing

PAGE = 500
QUIET_S = 1.0
SETTLE_WITHIN_S = 20.0
LAG = "bongsu_loop_lag_seconds"


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The size of a board: its last entry, and how many incidents and grants it holds."""

    seq: int
    incidents: int
    grants: int


class Pictures(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures decoded: read, with an unreadable barcode, and of another camera than was asked for."""

    read: int
    unread: int
    of_another: int


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What the books say."""

    balance: books.Balance
    answered_differently: tuple[str, ...]
    granted_twice: tuple[str, ...]
    not_granted: tuple[str, ...]
    granted_after_end: tuple[str, ...]
    unledgered: tuple[books.Look, ...]
    offers_missing: tuple[str, ...]
    offers_again: int
    still_open: int
    board: Board
    pictures: Pictures


async def settle(seat: Terminal) -> None:
    """Wait until the board has been quiet for a second."""
    quiet_s, seq = 0.0, seat.screen.seq
    for _ in range(int(SETTLE_WITHIN_S / 0.1)):
        await asyncio.sleep(0.1)
        quiet_s = quiet_s + 0.1 if seat.screen.seq == seq else 0.0
        seq = seat.screen.seq
        if quiet_s >= QUIET_S:
            return


async def fresh_board(hands: Hands) -> Terminal:
    """A second screen of the control room: what the platform holds now, not what we were told on the way."""
    seat = Terminal(hands.ground.url)
    await seat.sign_in("drill-operator", hands.ground.passwords["drill-operator"])
    await seat.open_board()
    return seat


async def ledger(seat: Terminal) -> list[dict[str, Any]]:
    """Every row of the ledger, read as the auditor, newest first."""
    rows: list[dict[str, Any]] = []
    query: dict[str, int] = {"limit": PAGE}
    while True:
        got = await seat.get("/v1/ledger", **query)
        got.raise_for_status()
        page = got.json()
        listed = page if isinstance(page, list) else page["rows"]
        if not listed:
            return rows
        rows += [{**row.get("row", row), "seq": row["seq"]} for row in listed]
        query = {"limit": PAGE, "before": int(listed[-1]["seq"])}


async def loop_lag(seat: Terminal) -> Histogram:
    """The core's own loop lag, as it exposes it."""
    got = await seat.get("/metrics")
    got.raise_for_status()
    return read_histogram(got.text, LAG)


async def offers(hands: Hands, wanted: set[str]) -> tuple[set[str], int]:
    """Occurrences whose offer reached the police's own listener, and how many deliveries came again."""
    for _ in range(int(SETTLE_WITHIN_S / 0.5)):
        heard = read(hands.ground.police_log)
        reached = {one.occurrence for one in heard if offers_video(one)}
        if wanted <= reached:
            break
        await asyncio.sleep(0.5)
    return reached, sum(one.again for one in heard)


def offers_video(heard: Heard) -> bool:
    """An answer of the city's that names a grant and where to watch it."""
    return bool(heard.items.get("grant")) and heard.items.get("url", "").startswith("http")


async def audit(hands: Hands, ended_first: set[str]) -> Audit:
    """Compare everything; `ended_first` are occurrences whose end was told before their beginning."""
    await settle(hands.operator)
    seat = await fresh_board(hands)
    board = list(seat.screen.incidents.values())
    grants = list(seat.screen.grants.values())
    await seat.close()
    granted = {given.occurrence for given in hands.officer.screen.given}
    rung = {case.occurrence for case in hands.cases} - ended_first
    reached, again = await offers(hands, rung)
    ours = {case.occurrence for case in hands.cases}
    return Audit(
        balance=books.balance(hands.said, board, number_of),
        answered_differently=books.answered_differently(hands.said),
        granted_twice=books.granted_twice(grants),
        not_granted=tuple(sorted(rung - granted)),
        granted_after_end=tuple(sorted(ended_first & granted)),
        unledgered=books.unledgered(hands.looks(), await ledger(hands.seats["drill-auditor"])),
        offers_missing=tuple(sorted(rung - reached)),
        offers_again=again,
        board=Board(seq=seat.screen.seq, incidents=len(board), grants=len(grants)),
        pictures=pictures(hands.viewings),
        still_open=sum(i["state"] in ("open", "accepted") for i in board if number_of(i) in ours),
    )


def pictures(viewings: list[Viewing]) -> Pictures:
    """What the officer's eyes saw, camera by camera."""
    read = sum(len(viewing.seen) for viewing in viewings)
    of_another = sum(
        seen.camera != barcode.camera_number(viewing.camera) for viewing in viewings for _, seen in viewing.seen
    )
    return Pictures(read=read, unread=sum(viewing.unread for viewing in viewings), of_another=of_another)


async def replay(data: Path) -> Board:
    """The board folded anew from the journal of a platform that has ended."""
    printed = await processes.run(*processes.BONGSU, "replay", "--data", str(data), "--json")
    return msgspec.json.decode(printed, type=Board)
