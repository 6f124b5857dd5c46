"""A partner's process: its listener, what it tells the city, and where asked for, somebody who watches."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from pathlib import Path

import msgspec

from bongsu.core.clock import Now
from bongsu.core.errors import BongsuError, NotFound
from bongsu.core.geo import Point
from bongsu.core.report import Partner
from bongsu.settings import Secrets, Settings
from bongsu.world import feed
from bongsu.world.partner.caller import Caller, Pace
from bongsu.world.partner.client import City, Client
from bongsu.world.partner.listener import Listener, serve
from bongsu.world.partner.log import Heard, Log
from bongsu.world.partner.officer import Duty, on_duty
from bongsu.world.partner.relay import Relay
from bongsu.world.partner.story import Room
from bongsu.world.partner.wire import Party

READY_PAUSE_S = 1.0


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What a room does beside listening: it carries the calls of `feed`, or makes its own at `places`; or neither.

    `pace` is how often it makes its own; `duty` who watches what is granted.
    """

    places: tuple[Point, ...] = ()
    feed: Path | None = None
    pace: Pace = Pace()
    duty: Duty | None = None
    seed: int = 1


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """Who a partner is to this city, where it listens and keeps its record, and what it does."""

    room: Room
    partner: Partner
    city: City
    our_key: str
    to: str
    port: int
    log: Path
    host: str = "127.0.0.1"
    work: Work = Work()

    @property
    def party(self) -> Party:
        """How it names itself on the wire."""
        return Party(code=self.partner.code, to=self.to, system=self.room.system, room=self.room.name)


def office_of(
    room: Room, settings: Settings, secrets: Secrets, log: Path, *, code: str = "", work: Work | None = None
) -> Office:
    """A room as the city's own boot settings describe it; raise NotFound("city.no_partner")."""
    wanted = code or room.code
    partner = next((one for one in settings.partners if one.code == wanted), None)
    if partner is None or not partner.url:
        raise NotFound("city.no_partner", code_name=wanted)
    return Office(
        room=room,
        partner=partner,
        city=City(url=f"http://127.0.0.1:{settings.web.port}", key=secrets.theirs[wanted]),
        our_key=secrets.ours[wanted],
        to=settings.city.code,
        port=int(partner.url.rpartition(":")[2].strip("/")),
        log=log,
        work=work or Work(),
    )


async def run(
    office: Office, now: Now, *, ready: Callable[[int], None], on_heard: Callable[[Heard], None] | None = None
) -> None:
    """Listen and work until cancelled; `ready` is told the port, `on_heard` every new event of the city's."""
    work = office.work
    with contextlib.closing(Log(office.log)) as log:
        listener = Listener(log, key=office.our_key, now=now, on_heard=on_heard)
        async with asyncio.TaskGroup() as group:
            group.create_task(serve(listener, host=office.host, port=office.port, ready=ready))
            if work.feed is not None or work.places:
                group.create_task(_tell(office, log, now))
            if work.duty is not None:
                group.create_task(on_duty(work.duty, office.city.url, log, now))


async def _tell(office: Office, log: Log, now: Now) -> None:
    """Sign on as soon as the city answers, then tell it what happens."""
    work = office.work
    chance = random.Random(f"{office.partner.code} {work.seed}")
    client = Client(office.city, office.party, now=now, chance=chance, log=log)
    try:
        while not await _signed_on(client):
            await asyncio.sleep(READY_PAUSE_S)
        if work.feed is not None:
            await Relay(client, office.room, office.party, log).run(feed.follow(work.feed))
        else:
            await Caller(client, office.room, work.places, now=now, chance=chance, pace=work.pace).run()
    finally:
        await client.close()


async def _signed_on(client: Client) -> bool:
    try:
        await client.sign_on()
    except BongsuError:
        return False
    return True
