"""The first phase: parts killed at random moments under a steady load, and all books compared after it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import msgspec

from bongsu.core.geo import Point
from bongsu.drills.faults.closing import Books, close_the_books, under_load
from bongsu.drills.faults.plan import Plan
from bongsu.drills.faults.sensed import bring_in, sensing
from bongsu.drills.faults.stage import Stage, standing
from bongsu.drills.faults.victims import Kill, Victim, kill

Tell = Callable[[str], None]
WEIGHTS = {
    Victim.CORE: 5, Victim.VIDEO: 2, Victim.PARTNER: 3, Victim.PARENT: 1, Victim.TREE: 2, Victim.TELEMETRY: 3,
    Victim.NATS: 3,
}  # fmt: skip
DATABASE_WEIGHT = 4


class Killed(msgspec.Struct, frozen=True, kw_only=True):
    """The phase: each kill, and the books after all of them."""

    kills: tuple[Kill, ...]
    books: Books


async def exercise(
    stage: Stage, plan: Plan, places: Sequence[Point], tell: Tell, chosen: Sequence[Victim] = ()
) -> Killed:
    """Kill those chosen, or as often as planned by chance, under load; then let everything settle and compare."""
    chance = random.Random(plan.seed)
    doomed = chosen or victims(plan.kills, chance, with_database=stage.server is not None)
    done: list[Kill] = []
    # The bad core has no parent, and so no telemetry beside it.
    has_devices = not stage.is_hasty
    if has_devices:
        await bring_in(stage)
    async with (
        standing(stage),
        under_load(stage, plan, places) as speaking,
    ):
        async with sensing(stage) if has_devices else nullcontext() as sensed:
            speaking.sensed = sensed
            for turn, victim in enumerate(doomed, 1):
                await asyncio.sleep(chance.uniform(*plan.pause_s))
                done.append(await kill(stage, speaking.load, victim, sensed))
                tell(f"kill {turn} of {len(doomed)}: {victim}, works again after {done[-1].recovery_s:.2f} s")
        tell("settling, and comparing the books")
        books = await close_the_books(speaking)
    return Killed(kills=tuple(done), books=books)


def victims(kills: int, chance: random.Random, *, with_database: bool) -> list[Victim]:
    """Who dies, by chance in which order: every kind once where there are enough kills, the others by weight."""
    weights = WEIGHTS | ({Victim.DATABASE: DATABASE_WEIGHT} if with_database else {})
    more = chance.choices(list(weights), list(weights.values()), k=max(0, kills - len(weights)))
    drawn = [*weights, *more][:kills]
    chance.shuffle(drawn)
    return drawn
