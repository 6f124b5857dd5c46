"""Everybody the drill has at the doors: the 112 room that rings, and the people who sit at the screens."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from itertools import count

import httpx

from bongsu.core.clock import wall_clock
from bongsu.core.errors import Unavailable
from bongsu.core.geo import Point
from bongsu.drills.police_video.books import Look, Said
from bongsu.drills.police_video.ground import CODE, USERS, Ground
from bongsu.world.partner import story as stories
from bongsu.world.partner import wire
from bongsu.world.partner.board import Given
from bongsu.world.partner.client import City, Client
from bongsu.world.partner.terminal import Terminal
from bongsu.world.partner.viewing import Viewing, watch
from bongsu.world.police112.stories import STORIES

GRANT_WITHIN_S = 20.0
TRIES = 3


class Case:
    """One call of ours: what was said of it, when it was sent, and the grant that came back."""

    def __init__(self, story: stories.Story, begun: wire.Event) -> None:
        self.story = story
        self.begun = begun
        self.sent_s = 0.0
        self.given: Given | None = None
        self.turn = count(1)

    @property
    def occurrence(self) -> str:
        """Its number."""
        return self.begun.occurrence

    @property
    def grant_ms(self) -> float | None:
        """From the report's sending to the grant's arrival on the officer's screen."""
        return None if self.given is None else (self.given.at_s - self.sent_s) * 1000


class Hands:
    """The drill's clients, and everything they did and saw."""

    def __init__(self, ground: Ground, chance: random.Random) -> None:
        self.ground = ground
        self.chance = chance
        self.said: list[Said] = []
        self.cases: list[Case] = []
        self.viewings: list[Viewing] = []
        self.seats = {name: Terminal(ground.url) for name in USERS}
        city, party = City(url=ground.url, key=ground.key), wire.Party(code=CODE, to="BONGSU")
        self.scsns = Client(city, party, now=wall_clock, chance=chance)
        self._number = count(1)

    @property
    def officer(self) -> Terminal:
        """The 112 room's screen."""
        return self.seats["drill-officer"]

    @property
    def operator(self) -> Terminal:
        """The control room's screen."""
        return self.seats["drill-operator"]

    async def sit_down(self) -> None:
        """Sign everybody in, one after the other, and open the two boards."""
        for name, seat in self.seats.items():
            await seat.sign_in(name, self.ground.passwords[name])
        await self.officer.open_board()
        await self.operator.open_board()
        await self.scsns.sign_on()

    async def leave(self) -> None:
        """Hang up everywhere."""
        for viewing in self.viewings:
            await viewing.close()
        for seat in self.seats.values():
            await seat.close()
        await self.scsns.close()

    def new_case(self, place: Point) -> Case:
        """A call at a place, not rung yet."""
        at = wall_clock()
        number = f"{wire.stamp(at)[:8]}{next(self._number):09d}"
        story = stories.a_story(STORIES, self.chance)
        case = Case(story, stories.begin(story, number, place, at))
        self.cases.append(case)
        return case

    async def tell(self, event: wire.Event, turn: int, *, form: bool = False) -> Said:
        """Send one report until it is answered, and keep every try; one that got no answer is no acknowledgement."""
        for _ in range(TRIES):
            sent_s = time.monotonic()
            try:
                answer = await self.scsns.tell(event, form=form)
            except Unavailable:
                answer = wire.Answer(status=0)
            said = Said(
                occurrence=event.occurrence,
                step=event.step,
                turn=turn,
                taken=answer.is_taken,
                message=answer.message,
                sent_s=sent_s,
                answered_s=time.monotonic(),
            )
            self.said.append(said)
            if answer.status:
                break
        return said

    async def ring(self, case: Case, *, copies: int = 1, form: bool = False) -> None:
        """Report a case and wait for its grant on the officer's screen; further copies are retries of the same."""
        case.sent_s = time.monotonic()
        said = asyncio.gather(*(self.tell(case.begun, 0, form=form or copy > 0) for copy in range(copies)))
        case.given = await in_time(self.officer.screen.granted(case.occurrence), GRANT_WITHIN_S)
        await said

    async def news(self, case: Case, place: Point | None = None) -> Said:
        """Tell something new of a case."""
        return await self.tell(stories.learn(case.story, case.begun, wall_clock(), place), next(case.turn))

    async def close(self, case: Case, step: str = wire.ENDED) -> Said:
        """End a case; the answer is the close's acknowledgement."""
        return await self.tell(stories.finish(case.story, case.begun, wall_clock(), step), next(case.turn))

    async def look(self, given: Given, camera: str, url: str = "") -> Viewing:
        """Watch one camera of a grant as the officer; every viewing is kept for the books."""
        viewing = await watch(self.officer, camera, given.incident, url)
        self.viewings.append(viewing)
        return viewing

    def looks(self) -> list[Look]:
        """Every stream that delivered frames."""
        return [Look(user=v.user, camera=v.camera, incident=v.incident) for v in self.viewings if v.arrivals]


async def in_time(waited: Awaitable[Given], within_s: float) -> Given | None:
    """What comes in time, else None."""
    try:
        return await asyncio.wait_for(waited, within_s)
    except TimeoutError:
        return None


@asynccontextmanager
async def seated(ground: Ground, chance: random.Random) -> AsyncIterator[Hands]:
    """Everybody in place, and gone again at the end."""
    hands = Hands(ground, chance)
    try:
        await hands.sit_down()
        yield hands
    finally:
        await hands.leave()


async def read_text(seat: Terminal, path: str) -> httpx.Response:
    """Read a document as somebody; raise when it is refused."""
    got = await seat.get(path)
    got.raise_for_status()
    return got
