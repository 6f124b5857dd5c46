"""The third phase: the line to a partner goes silent; nothing is lost or doubled by it, and nothing stale sent."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence

import msgspec

from bongsu.core.geo import Point
from bongsu.drills.faults import journal
from bongsu.drills.faults.books import is_expired
from bongsu.drills.faults.closing import Books, Speaking, close_the_books, under_load
from bongsu.drills.faults.lines import Line, line_to
from bongsu.drills.faults.plan import Plan
from bongsu.drills.faults.relay import Mode
from bongsu.drills.faults.stage import OTHER_AGENCY, Lines, Stage, lines_of, settings, standing
from bongsu.drills.measure import percentile
from bongsu.drills.police_video.ground import AGENCY

Tell = Callable[[str], None]
SILENT_S = (6.0, 9.0)
"""Longer than the sender waits for an answer (5 s), so that every try in it fails as it would in earnest."""
OPEN_S = 3.0
OFFER_S = 8.0
"""How long an offer of video is good in this phase: some of those made in the silence must not be sent after it."""
BACK_WITHIN_S = 30.0


class Partition(msgspec.Struct, frozen=True, kw_only=True):
    """One silence: `proven` tells that the partner heard nothing (or, deaf, that it was told in vain) all the while."""

    mode: Mode
    silent_s: float
    proven: bool
    recovery_s: float


class Partitions(msgspec.Struct, frozen=True, kw_only=True):
    """The phase; `expired` counts requests rightly given up, `neighbour_s` how long another partner's had to wait."""

    kind: str
    partitions: tuple[Partition, ...]
    expired: int
    neighbour_p99_s: float
    books: Books


async def exercise(stage: Stage, plan: Plan, places: Sequence[Point], tell: Tell) -> Partitions:
    """Make the line silent as often as planned under load, then let everything settle and compare."""
    chance = random.Random(plan.seed)
    done: list[Partition] = []
    async with line_to(stage.ground.ports.police, stage.ground.folder) as line:
        told = msgspec.structs.replace(lines_of(stage), police_url=line.url, offer_s=OFFER_S)
        _write(stage, told)
        stage.around_police = line.around
        async with (
            standing(stage),
            under_load(stage, plan, places) as speaking,
        ):
            for turn in range(1, plan.partitions + 1):
                await asyncio.sleep(OPEN_S)
                mode = Mode.SILENT if turn % 2 else Mode.DEAF
                done.append(await silence(line, stage, mode, chance.uniform(*SILENT_S)))
                tell(f"partition {turn} of {plan.partitions} ({mode}): told again after {done[-1].recovery_s:.2f} s")
            return await _close(line.kind, done, speaking)


def _write(stage: Stage, lines: Lines) -> None:
    stage.ground.config.write_text(settings(stage.ground, lines), "utf-8")


async def silence(line: Line, stage: Stage, mode: Mode, silent_s: float) -> Partition:
    """One silence, and how long after its end the partner hears something again."""
    await line.turn(mode)
    await asyncio.sleep(0.2)  # what was on its way
    before = _heard(stage)
    await asyncio.sleep(silent_s)
    meanwhile = _heard(stage) - before
    await line.turn(Mode.OPEN)
    healed_s, after = time.monotonic(), _heard(stage)
    while _heard(stage) == after and time.monotonic() < healed_s + BACK_WITHIN_S:
        await asyncio.sleep(0.02)
    return Partition(
        mode=mode,
        silent_s=round(silent_s, 2),
        proven=meanwhile == 0 if mode is Mode.SILENT else True,
        recovery_s=time.monotonic() - healed_s,
    )


def _heard(stage: Stage) -> int:
    log = stage.ground.police_log
    return log.stat().st_size if log.exists() else 0


async def _close(kind: str, done: list[Partition], speaking: Speaking) -> Partitions:
    stage = speaking.stage
    books = await close_the_books(speaking)
    entries = await journal.read(stage.words)
    now_ms = int(time.time() * 1000)
    asked = [one for entry in entries for one in entry.requests if one.agency == AGENCY]
    made_ms = {one.key: entry.at_ms for entry in entries for one in entry.requests if one.agency == OTHER_AGENCY}
    firsts = {one.key: one.at_ms for one in reversed(stage.heard()[OTHER_AGENCY])}
    waits = [(at_ms - made_ms[key]) / 1000 for key, at_ms in firsts.items() if key in made_ms]
    return Partitions(
        kind=kind,
        partitions=tuple(done),
        expired=sum(is_expired(one, now_ms) for one in asked),
        neighbour_p99_s=round(percentile(waits, 0.99), 2),
        books=books,
    )
