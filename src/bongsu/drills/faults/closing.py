"""The end of every phase: nobody speaks any more, all is delivered, and all books are compared with each other."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from bongsu.core.clock import wall_clock
from bongsu.core.geo import Point
from bongsu.drills.faults import books, journal, sensed_books
from bongsu.drills.faults.load import Load
from bongsu.drills.faults.plan import SETTLE_WITHIN_S, Plan
from bongsu.drills.faults.said import Said
from bongsu.drills.faults.sensed import Sensed
from bongsu.drills.faults.stage import OPERATOR, Stage
from bongsu.drills.police_video.ground import AGENCY
from bongsu.world.partner.terminal import Terminal

POLL_S = 1.0
FOLD_TRIES = 8


class Books(msgspec.Struct, frozen=True, kw_only=True):
    """What one phase left behind: the balance, the fold against the running board, and what else must hold."""

    acknowledged: int
    requests: int
    delivered_again: int
    balance: books.Balance
    bad_receiver: books.Balance
    folds_alike: bool
    refused: int = 0
    signed_out: int = 0
    unsettled: int = 0
    unanswered: int = 0
    readings: int = 0


class Speaking:
    """A load while it runs on a stage; `sensed` are its devices, where there are any."""

    def __init__(self, stage: Stage, load: Load, task: asyncio.Task[None], sensed: Sensed | None = None) -> None:
        self.sensed = sensed
        self.stage = stage
        self.load = load
        self.task = task


@asynccontextmanager
async def under_load(stage: Stage, plan: Plan, places: Sequence[Point]) -> AsyncIterator[Speaking]:
    """Speak steadily for as long as the block runs."""
    load = Load(stage.ground, list(places), random.Random(plan.seed + 1), plan.per_second)
    await load.sit_down()
    task = asyncio.create_task(load.run())
    try:
        yield Speaking(stage, load, task)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await load.leave()


async def close_the_books(speaking: Speaking) -> Books:
    """Stop speaking, wait until all is answered and delivered, and compare everything with everything."""
    stage, load = speaking.stage, speaking.load
    load.stop()
    finished, still_speaking = await asyncio.wait({speaking.task}, timeout=SETTLE_WITHIN_S)
    for task in finished:
        task.result()  # a load that broke has no books
    unanswered = sum(not told.answers and not told.refused for told in load.said.reports.values())
    entries = await settled(stage)
    found = compare(load.said, entries, stage.heard(), folds_alike=await folds_alike(stage))
    if (sensed := speaking.sensed) is not None:
        held = await sensed_books.archived(load.seat, sensed)
        devices = sensed_books.balance(sensed.acknowledged, held, await journal.read(stage.words))
        readings = sum(map(len, sensed.acknowledged))
        found = msgspec.structs.replace(found, readings=readings, balance=found.balance.and_also(devices))
    return msgspec.structs.replace(found, unanswered=unanswered if still_speaking else 0)


async def settled(stage: Stage) -> list[journal.Entry]:
    """The journal once nothing waits to be delivered, or once the heap has not shrunk for the time given."""
    entries = await journal.read(stage.words)
    waiting, since_s = journal.waiting(entries), time.monotonic()
    while waiting and time.monotonic() - since_s < SETTLE_WITHIN_S:
        await asyncio.sleep(POLL_S)
        entries = await journal.read(stage.words)
        if journal.waiting(entries) < waiting:
            waiting, since_s = journal.waiting(entries), time.monotonic()
    return entries


async def folds_alike(stage: Stage) -> bool:
    """Whether the journal folds to the running board; a deadline that passes in between makes both be read again."""
    for _ in range(FOLD_TRIES):
        folded, stands = await journal.fold(stage.words), await digest(stage)
        if folded.seq == stands.seq:
            return folded == stands
    return False


def compare(
    said: Said, entries: list[journal.Entry], heard: dict[str, Sequence[books.Delivery]], *, folds_alike: bool
) -> Books:
    """The books of a phase whose platform has come to rest."""
    now_ms = int(wall_clock().timestamp() * 1000)
    good = {agency: log for agency, log in heard.items() if agency == AGENCY}
    bad = [books.deliveries(entries, agency, log, now_ms) for agency, log in heard.items() if agency not in good]
    return Books(
        acknowledged=len(said.acknowledged),
        requests=sum(len(entry.requests) for entry in entries),
        delivered_again=sum(one.again for log in good.values() for one in log),
        balance=books.balance(said, entries, good, operator=OPERATOR, now_ms=now_ms),
        bad_receiver=bad[0] if bad else books.Balance(),
        folds_alike=folds_alike,
        refused=sum(told.refused > 0 for told in said.reports.values()),
        signed_out=said.signed_out,
        unsettled=journal.waiting(entries),
    )


async def digest(stage: Stage) -> journal.Fold:
    """The running board's digest, read as the administrator."""
    seat = Terminal(stage.ground.url)
    await seat.sign_in("drill-admin", stage.ground.passwords["drill-admin"])
    got = (await seat.get("/v1/board")).raise_for_status()
    await seat.close()
    return msgspec.json.decode(got.content, type=journal.Fold)
