"""The police's process: its listener, and where asked for, calls made to the city."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bongsu.core.clock import Now
from bongsu.core.errors import BongsuError, NotFound
from bongsu.core.geo import Point
from bongsu.core.report import Partner
from bongsu.settings import Secrets, Settings
from bongsu.world.police112.caller import Caller, Pace
from bongsu.world.police112.client import City, Client
from bongsu.world.police112.listener import Listener, serve
from bongsu.world.police112.log import Heard, Log
from bongsu.world.police112.wire import Party

READY_PAUSE_S = 1.0


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """Who the police are to this city, where they listen and keep their record, and where calls come from.

    Without `places` nobody rings. `pace` is how often they do.
    """

    partner: Partner
    city: City
    our_key: str
    to: str
    port: int
    log: Path
    host: str = "127.0.0.1"
    places: tuple[Point, ...] = ()
    pace: Pace = Pace()
    seed: int = 1


def office_of(
    settings: Settings,
    secrets: Secrets,
    code: str,
    log: Path,
    *,
    places: Sequence[Point] = (),
    pace: Pace | None = None,
) -> Office:
    """The police as the city's own boot settings describe them; raise NotFound("police112.partner")."""
    partner = next((one for one in settings.partners if one.code == code), None)
    if partner is None or not partner.url:
        raise NotFound("police112.partner", code_name=code)
    return Office(
        partner=partner,
        city=City(url=f"http://127.0.0.1:{settings.web.port}", key=secrets.theirs[code]),
        our_key=secrets.ours[code],
        to=settings.city.code,
        port=int(partner.url.rpartition(":")[2].strip("/")),
        log=log,
        places=tuple(places),
        pace=pace or Pace(),
    )


async def run(
    office: Office, now: Now, *, ready: Callable[[int], None], on_heard: Callable[[Heard], None] | None = None
) -> None:
    """Listen and ring until cancelled; `ready` is told the port, `on_heard` every new event of the city's."""
    with contextlib.closing(Log(office.log)) as log:
        listener = Listener(log, key=office.our_key, now=now, on_heard=on_heard)
        async with asyncio.TaskGroup() as group:
            group.create_task(serve(listener, host=office.host, port=office.port, ready=ready))
            if office.places:
                group.create_task(ring(office, now))


async def ring(office: Office, now: Now) -> None:
    """Sign on as soon as the city answers, then make calls."""
    chance = random.Random(office.seed)
    party = Party(code=office.partner.code, to=office.to)
    client = Client(office.city, party, now=now, chance=chance)
    try:
        while not await _signed_on(client):
            await asyncio.sleep(READY_PAUSE_S)
        await Caller(client, office.places, now=now, chance=chance, pace=office.pace).run()
    finally:
        await client.close()


async def _signed_on(client: Client) -> bool:
    try:
        await client.sign_on()
    except BongsuError:
        return False
    return True
