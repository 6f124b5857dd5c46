"""Tells the city of cases of its own making every so often, as a quiet afternoon would: calls, news, and their ends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from itertools import count

import msgspec

from bongsu.core.clock import Now
from bongsu.core.geo import Point
from bongsu.world.partner import story as stories
from bongsu.world.partner import wire
from bongsu.world.partner.client import Client
from bongsu.world.partner.story import Room


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds between calls, to the first news of a call, and to its end (each varied by half either way)."""

    between_s: float = 45.0
    news_s: float = 30.0
    end_s: float = 150.0
    open_at_most: int = 8


class Caller:
    """Makes a room's calls at these places for ever; every one is an exercise."""

    def __init__(
        self,
        client: Client,
        room: Room,
        places: Sequence[Point],
        *,
        now: Now,
        chance: random.Random,
        pace: Pace | None = None,
    ) -> None:
        self._client = client
        self._room = room
        self._places = places
        self._now = now
        self._chance = chance
        self._pace = pace or Pace()
        self._turn = count(1)
        self._open: set[asyncio.Task[None]] = set()
        self.refused: list[wire.Answer] = []

    async def run(self) -> None:
        """Ring until cancelled; the cases still open then stay open."""
        async with asyncio.TaskGroup() as group:
            while True:
                if len(self._open) < self._pace.open_at_most:
                    case = group.create_task(self.one_case())
                    self._open.add(case)
                    case.add_done_callback(self._open.discard)
                await asyncio.sleep(self._vary(self._pace.between_s))

    async def one_case(self) -> None:
        """One call from its report to its end; what the city refuses is kept in `refused`, and the case dropped."""
        story = stories.draw(self._room, self._chance)
        at = self._now()
        place = stories.near(self._chance.choice(self._places), self._chance)
        begun = stories.begin(story, wire.occurrence_number(at, next(self._turn)), place, at)
        if not await self._tell(begun):
            return
        await asyncio.sleep(self._vary(self._pace.news_s))
        moved = stories.near(place, self._chance)
        await self._tell(stories.learn(story, begun, self._now(), moved))
        await asyncio.sleep(self._vary(self._pace.end_s))
        step = self._chance.choices((wire.ENDED, wire.RELEASED, wire.CANCELLED), (8, 1, 1))[0]
        await self._tell(stories.finish(story, begun, self._now(), step))

    async def _tell(self, event: wire.Event) -> bool:
        answer = await self._client.insist_for_ever(event)
        if not answer.is_taken:
            self.refused.append(answer)
        return answer.is_taken

    def _vary(self, seconds: float) -> float:
        return seconds * self._chance.uniform(0.5, 1.5)
