"""Bursts of calls: retries, news, late and reordered steps, closings, and at most eight videos open at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import Any

import msgspec

from bongsu.core.clock import wall_clock
from bongsu.core.geo import Point
from bongsu.drills.police_video.first_frames import Frames, end
from bongsu.drills.police_video.hands import Case, Hands
from bongsu.drills.police_video.plan import VIDEOS_AT_ONCE, Plan
from bongsu.world.partner import story as stories
from bongsu.world.partner import wire
from bongsu.world.partner.viewing import Viewing

NEWS_EVERY = 4
LATE_EVERY = 6
SETTLE_S = 1.0
ENDINGS = (wire.ENDED, wire.ENDED, wire.RELEASED, wire.CANCELLED)


class Burst(msgspec.Struct, kw_only=True):
    """One round: its calls, and the cases whose end was told before their beginning."""

    cases: list[Case] = []
    reordered: list[Case] = []

    def grant_ms(self) -> list[float]:
        """Report to grant of every call that was granted."""
        return [ms for case in self.cases if (ms := case.grant_ms) is not None]


async def burst(hands: Hands, plan: Plan, places: Sequence[Point], frames: Frames) -> Burst:
    """One round: ring everywhere at pace, look at up to eight, tell news, then end everything at the same pace."""
    done = Burst(cases=[hands.new_case(place) for place in places])
    ringing = [
        hands.ring(case, copies=2 if turn % plan.second_copy_every == 0 else 1, form=turn % 3 == 0)
        for turn, case in enumerate(done.cases)
    ]
    await at_pace(ringing, plan.per_second)
    viewings = await _watch_some(hands, done.cases)
    await at_pace([hands.news(case) for case in done.cases[::NEWS_EVERY]], plan.per_second)
    await asyncio.sleep(SETTLE_S)
    turns = range(1, len(places) // plan.reordered_every + 2)
    done.reordered = [hands.new_case(places[turn % len(places)]) for turn in turns]
    await at_pace([_end_first(hands, case) for case in done.reordered], plan.per_second)
    closing = [
        _close(hands, case, viewings.get(case.occurrence), frames, late=turn % LATE_EVERY == 0)
        for turn, case in enumerate(done.cases)
    ]
    await at_pace(closing, plan.per_second)
    return done


async def at_pace(work: Sequence[Coroutine[Any, Any, Any]], per_second: float) -> None:
    """Start one piece of work after the other at this pace, whether or not the earlier ones are done."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for turn, piece in enumerate(work):
            await asyncio.sleep(max(0.0, began + turn / per_second - time.monotonic()))
            group.create_task(piece)


async def _watch_some(hands: Hands, cases: Sequence[Case]) -> dict[str, Viewing | None]:
    """Look at the first cameras of the first eight calls, all at once."""
    chosen = [case for case in cases if case.given is not None and case.given.cameras][:VIDEOS_AT_ONCE]
    opened = await asyncio.gather(*(_look(hands, case) for case in chosen))
    return {case.occurrence: viewing for case, viewing in zip(chosen, opened, strict=True)}


async def _look(hands: Hands, case: Case) -> Viewing | None:
    """Look at a call's first camera until its picture is there."""
    if case.given is None:
        return None
    viewing = await hands.look(case.given, case.given.cameras[0])
    await viewing.frame_newer_than(0.0)
    viewing.decoding = False
    return viewing


async def _end_first(hands: Hands, case: Case) -> None:
    """A case whose end arrives before its beginning."""
    await hands.close(case)
    await hands.tell(case.begun, 0)


async def _close(hands: Hands, case: Case, viewing: Viewing | None, frames: Frames, *, late: bool) -> None:
    await end(hands, case, [viewing], frames, hands.chance.choice(ENDINGS))
    if late:
        await hands.tell(stories.learn(case.story, case.begun, wall_clock()), next(case.turn))
