"""A steady load through the public doors: reports said again under the same key until they are answered, and orders."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import datetime
from itertools import count

import httpx
import msgspec

from bongsu.core.clock import wall_clock
from bongsu.core.errors import BongsuError
from bongsu.core.geo import Point
from bongsu.drills.faults.said import Order, Said, Told, name_of
from bongsu.drills.faults.stage import OPERATOR
from bongsu.drills.police_video.ground import CODE, Ground
from bongsu.world.partner import story as stories
from bongsu.world.partner import wire
from bongsu.world.partner.client import City, Client
from bongsu.world.partner.terminal import Terminal
from bongsu.world.police112.stories import STORIES

ANSWER_WITHIN_S = 5.0
AT_ONCE = 48
OPEN_AT_MOST = 60
BEHIND_AT_MOST_S = 0.5


class Case(msgspec.Struct, kw_only=True):
    """One call of ours, on the wire it came in by."""

    begun: wire.Event
    story: stories.Story
    over_json: bool
    steps: set[str]


class Load:
    """The callers and the operator; `said` is their own log."""

    def __init__(self, ground: Ground, places: list[Point], chance: random.Random, per_second: float) -> None:
        self.said = Said()
        self.seat = Terminal(ground.url)
        self._ground = ground
        self._places = places
        self._chance = chance
        self._per_second = per_second
        self._number = count(1)
        self._open: list[Case] = []
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._over = asyncio.Event()
        headers = {"Authorization": f"Bearer {ground.key}"}
        # No limit of the pool's own: a wait given up in there leaves a connection behind (docs/reference/bugs.md, 14).
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=AT_ONCE, keepalive_expiry=2.0)
        self._http = httpx.AsyncClient(
            base_url=ground.url, headers=headers, timeout=ANSWER_WITHIN_S, trust_env=False, limits=limits
        )
        city, party = City(url=ground.url, key=ground.key), wire.Party(code=CODE, to="BONGSU")
        self._scsns = Client(city, party, now=wall_clock, chance=chance)

    async def sit_down(self) -> None:
        """Sign the operator in, and open the board."""
        await self.seat.sign_in(OPERATOR, self._ground.passwords[OPERATOR])
        await self.seat.open_board()

    async def leave(self) -> None:
        """Hang up."""
        await self.seat.close()
        await self._http.aclose()
        await self._scsns.close()

    def stop(self) -> None:
        """Say nothing new from now on; what was begun is still said until it is answered."""
        self._over.set()

    async def run(self) -> None:
        """Speak at a steady pace until stopped, and return when every report has its answer."""
        async with asyncio.TaskGroup() as group:
            due_s = time.monotonic()
            while not self._over.is_set():
                async with self._at_once:  # a free hand, or nobody speaks
                    group.create_task(self._speak())
                # What could not be said while nobody listened is not made up for in one rush.
                due_s = max(due_s + 1 / self._per_second, time.monotonic() - BEHIND_AT_MOST_S)
                await asyncio.sleep(max(0.0, due_s - time.monotonic()))

    async def _speak(self) -> None:
        turn = self._chance.random()
        if turn < 0.12:
            await self._order()
        elif turn < 0.45 or not self._open:
            await self.call()
        else:
            await self._go_on(self._chance.choice(self._open))

    async def call(self) -> None:
        """Report a new case."""
        case = self._new_case(self._chance.random() < 0.5)
        async with self._at_once:
            await self._insist(case, case.begun, (0.2, 0.8))
        self._open.append(case)

    async def knock(self) -> float:
        """Report a new case without patience; when it was acknowledged (monotonic)."""
        case = self._new_case(True)
        told = await self._insist(case, case.begun, (0.03, 0.06))
        self._open.append(case)
        return told.answered_s

    def _new_case(self, over_json: bool) -> Case:
        at = wall_clock()
        number = f"{wire.stamp(at)[:8]}{next(self._number):09d}"
        story = stories.a_story(STORIES, self._chance)
        place = stories.near(self._chance.choice(self._places), self._chance)
        begun = stories.begin(story, number, place, at)
        return Case(begun=begun, story=story, over_json=over_json, steps={wire.OCCURRED})

    async def _go_on(self, case: Case) -> None:
        """News of a case once, or its end."""
        if wire.CHANGED in case.steps or len(self._open) > OPEN_AT_MOST:
            self._open.remove(case)
            event = stories.finish(case.story, case.begun, wall_clock())
        else:
            case.steps.add(wire.CHANGED)
            moved = stories.near(case.begun.where or self._places[0], self._chance)
            event = stories.learn(case.story, case.begun, wall_clock(), moved)
        async with self._at_once:
            await self._insist(case, event, (0.2, 0.8))

    async def _insist(self, case: Case, event: wire.Event, pause_s: tuple[float, float]) -> Told:
        """Say one report until it is answered, each time under the same key."""
        name = name_of(event.occurrence, event.step)
        told = Told(name=name, wire="json" if case.over_json else "scsns", sent_s=time.monotonic())
        self.said.reports[name] = told
        while not told.refused:
            told.tries += 1
            if case.over_json:
                answer = await self._tell_json(told, event, case.story)
            else:
                answer = await self._tell_scsns(told, event)
            if answer is not None:
                told.answers.append(answer)
                told.answered_s = time.monotonic()
                break
            await asyncio.sleep(self._chance.uniform(*pause_s))
        return told

    async def try_once(self) -> str:
        """Report a new case once; its answer as "200", "503:code", or "" for none. It is not said again."""
        case = self._new_case(True)
        told = self.said.reports[name_of(case.begun.occurrence, case.begun.step)] = Told(
            name=name_of(case.begun.occurrence, case.begun.step), wire="json", sent_s=time.monotonic(), tries=1
        )
        try:
            got = await self._http.post("/v1/reports", json=as_json(told.name, case.begun, case.story.kind))
        except httpx.TransportError:
            return ""
        if got.status_code == 200:
            told.answers.append((int(got.json()["seq"]), str(got.json()["incident"])))
        return answer_of(got)

    async def _tell_json(self, told: Told, event: wire.Event, story: stories.Story) -> tuple[int, str] | None:
        try:
            got = await self._http.post("/v1/reports", json=as_json(told.name, event, story.kind))
        except httpx.TransportError:
            return None
        if got.status_code == 200:
            answer = got.json()
            return int(answer["seq"]), str(answer["incident"])
        self._refused(told, got.status_code)
        return None

    async def _tell_scsns(self, told: Told, event: wire.Event) -> tuple[int, str] | None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                answer = await self._scsns.tell(event)
        except (BongsuError, TimeoutError):
            return None
        if answer.is_taken:
            return 0, answer.message
        self._refused(told, answer.status)
        return None

    def _refused(self, told: Told, status: int) -> None:
        """Count an answer that is no acknowledgement; one that will not change ends the matter."""
        self.said.refusals[status] = self.said.refusals.get(status, 0) + 1
        if 400 <= status < 429:
            told.refused = status

    async def _order(self) -> None:
        """Take a case on, or close it, as it stands on the operator's screen; said once more when unanswered."""
        shown = [one for one in self.seat.screen.incidents.values() if one["state"] in ("open", "accepted")]
        if not shown:
            return
        chosen = self._chance.choice(shown)
        what = "accept" if chosen["state"] == "open" else "close"
        order = Order(incident=chosen["id"], what=what, version=chosen["version"])
        self.said.orders.append(order)
        for _ in range(2):
            order.tries += 1
            if await self._give(order):
                return
            await asyncio.sleep(1.0)

    async def _give(self, order: Order) -> bool:
        body = {"version": order.version} | ({"note": "훈련"} if order.what == "close" else {})
        try:
            got = await self.seat.post(f"/v1/incidents/{order.incident}/{order.what}", body)
        except httpx.TransportError:
            return False
        order.status = got.status_code
        if got.status_code == 200:
            order.answered = int(got.json()["version"])
        self.said.signed_out += got.status_code == 401
        return True


def as_json(key: str, event: wire.Event, kind: str) -> dict[str, object]:
    """An event as `POST /v1/reports` takes it."""
    told: dict[str, object] = {
        "key": key,
        "occurrence": event.occurrence,
        "step": event.step,
        "kind": kind,
        "occurred_at": _iso(event.occurred_at),
        "text": event.text,
        "status": "Exercise",
    }
    if event.where is not None:
        told |= {"lon": event.where.lon, "lat": event.where.lat}
    return told


def _iso(moment: datetime) -> str:
    return moment.isoformat()


def answer_of(got: httpx.Response) -> str:
    """A refusal as "503:store.full", anything else by its status alone."""
    if got.is_success:
        return str(got.status_code)
    try:
        code = str(got.json().get("code", ""))
    except ValueError:
        code = ""
    return f"{got.status_code}:{code}" if code else str(got.status_code)
