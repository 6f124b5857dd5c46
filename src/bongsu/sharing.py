"""The NGSI-LD door put together: what it keeps in the store, what it shows of the city, how it tells of changes."""

from __future__ import annotations

import asyncio
import secrets as chance
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
import numpy as np
import structlog
from litestar import Router

from bongsu.city import City
from bongsu.city.latest import FRAME
from bongsu.core.clock import Now
from bongsu.core.device import Device
from bongsu.core.errors import BongsuError, Invalid
from bongsu.core.geo import Point
from bongsu.core.report import Authenticate
from bongsu.core.revision import RecordKind, Zone
from bongsu.desk.board import Board
from bongsu.gateways.ngsi_ld.post import Poster
from bongsu.settings import Settings
from bongsu.store import Store, assets, ngsi_ld
from bongsu.web.ngsi_ld.changes import Told
from bongsu.web.ngsi_ld.contexts import read_contexts
from bongsu.web.ngsi_ld.delivery import Delivery
from bongsu.web.ngsi_ld.door import Door
from bongsu.web.ngsi_ld.estate import Estate, Seen
from bongsu.web.ngsi_ld.index import Index
from bongsu.web.ngsi_ld.lane import Lane
from bongsu.web.ngsi_ld.routes import routes
from bongsu.web.ngsi_ld.subscriptions import Subscriptions
from bongsu.web.ngsi_ld.telling import headers_of
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.models import homes_of, is_open_zone, shareable
from bongsu.wires.ngsi_ld.outward import EntityShape, outward_of

LOOK_S = 15.0
"""How often it is asked whether another register of devices was brought in."""

OUTWARD = "outward.toml"
"""What the city's own things are called towards a hub; without it, what `models` calls them."""

CHANGES_S = 1.0
"""How often it is looked what changed of the city's own things, where a subscription wants to know."""

log = structlog.get_logger()

_decode = msgspec.msgpack.Decoder(Entity).decode
_decode_devices = msgspec.msgpack.Decoder(tuple[Device, ...]).decode


class Sharing:
    """The door's parts; `routes` is for web to mount, `run` keeps it going."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        city: Callable[[], City],
        board: Board,
        authenticate: Authenticate,
        now: Now,
    ) -> None:
        self._terms = settings.ngsi_ld
        self._store = store
        self._city = city
        self._board = board
        self._devices: Mapping[str, Device] = {}
        self._homes: frozenset[str] | None = None  # not known yet whose zones are whose: none is shown
        self._version = -1
        self._now_ms = lambda: int(now().timestamp() * 1000)
        self._poster = Poster(self._terms.networks, timeout_s=self._terms.timeout_s)
        self._contexts = read_contexts(self._terms.contexts, settings.folder)
        self._outward = read_outward(settings.folder / OUTWARD)
        with store.db.reader() as connection:
            self._index = Index(_decode(body) for _, body in ngsi_ld.entities(connection))
        self.subscriptions = self._subscriptions()
        self.delivery = self._delivery()
        self.estate = self._estate()
        self.lane = self._lane()
        self.door = self._door(authenticate)

    def _lane(self) -> Lane:
        return Lane(
            self._index,
            lambda writes: self._store.db.write(lambda c: ngsi_ld.write(c, writes)),
            self.subscriptions.notify,
            self.delivery.take,
            most=self._terms.entities_at_most,
            owned=self.estate.owns,
        )

    def _door(self, authenticate: Authenticate) -> Door:
        return Door(
            settings=self._terms,
            authenticate=authenticate,
            contexts=self._contexts,
            index=self._index,
            lane=self.lane,
            subscriptions=self.subscriptions,
            estate=self.estate,
            inside=self._poster.is_inside,
            now_ms=self._now_ms,
            token=lambda: chance.token_hex(12),
        )

    def routes(self) -> list[Router]:
        """The routes, for web to mount."""
        return routes(self.door)

    async def run(self) -> None:
        """Take changes, deliver notifications (those of before first), and look for new devices, for ever."""
        self.delivery.take(await self._store.db.read(ngsi_ld.notices))
        await self._read_register()  # before changes are looked for: what becomes known here is no change
        try:
            await asyncio.gather(self.lane.run(), self.delivery.run(), self._look(), self._tell_changes())
        finally:
            await self._poster.close()

    def _subscriptions(self) -> Subscriptions:
        db = self._store.db
        with db.reader() as connection:
            rows = list(ngsi_ld.subscriptions(connection))
            first = ngsi_ld.last_notice(connection)
        return Subscriptions(
            rows,
            self._contexts,
            put=lambda name, body: db.write(lambda c: ngsi_ld.put_subscription(c, name, body)),
            drop=lambda name: db.write(lambda c: ngsi_ld.drop_subscription(c, name)),
            room=lambda name: self.delivery.room(name),
            now_ms=self._now_ms,
            token=lambda: chance.token_hex(12),
            first_seq=first,
            most=self._terms.subscriptions_at_most,
        )

    def _delivery(self) -> Delivery:
        db = self._store.db
        return Delivery(
            self._poster,
            lambda name, sent, done, late: db.write(
                lambda c: ngsi_ld.settle(c, name, msgspec.msgpack.encode(sent), done, late)
            ),
            find=self.subscriptions.wanting.get,
            sent=self.subscriptions.sent,
            headers=headers_of,
            now_ms=self._now_ms,
            attempts=self._terms.attempts,
        )

    def _estate(self) -> Estate:
        return Estate(
            self._terms,
            cameras=lambda: self._city().cameras,
            devices=lambda: self._devices,
            units=lambda: units_of(self._city()),
            zones=lambda: zones_of(self._board, self._homes),
            incidents=self._board.list_open,
            outward=self._outward,
        )

    async def _tell_changes(self) -> None:
        """Tell subscriptions what changed of the city's own, for ever."""
        changes = self.estate.changes(self.subscriptions.wants)
        while True:
            try:
                await self.tell(changes.look())
            except BongsuError as problem:
                log.error("ngsi_ld.untold", code=problem.code)
            await asyncio.sleep(CHANGES_S)

    async def tell(self, told: Told) -> None:
        """Notify of these changes; the notifications are on disk before they are sent. Raises Unavailable."""
        notices = self.subscriptions.notify(told) if told else []
        if notices:
            writes = ngsi_ld.Writes(put={}, notices=tuple(notices))
            await self._store.db.write(lambda c: ngsi_ld.write(c, writes))
            self.delivery.take(notices)

    async def _look(self) -> None:
        """Read the register of devices when there is another, for ever."""
        while True:
            await asyncio.sleep(LOOK_S)
            await self._read_register()

    async def _read_register(self) -> None:
        version = await self._store.db.read(lambda c: ngsi_ld.layer_version(c, assets.DEVICES))
        if version != self._version:
            devices = await self._store.db.read(lambda c: _read_devices(assets.devices(c)[1]))
            self._devices, self._homes = shareable(devices), homes_of(devices)
            self._version = version


def units_of(city: City) -> Iterator[Seen]:
    """Every crew with where it was seen last."""
    frame = np.frombuffer(city.frame(), FRAME)
    where = {
        int(row): Point(int(lon) / 1e7, int(lat) / 1e7)
        for row, lon, lat in zip(frame["unit"], frame["lon"], frame["lat"], strict=True)
    }
    return ((unit, where.get(row)) for row, unit in enumerate(city.units))


def zones_of(board: Board, homes: frozenset[str] | None) -> Iterator[tuple[str, Zone]]:
    """Every zone that stands and is nobody's own; none while it is not known where persons' devices stand."""
    for (kind, name), revision in tuple(board.records.items()):
        if kind is not RecordKind.ZONE or not isinstance(revision.body, Zone) or homes is None:
            continue
        if is_open_zone(name, revision.body, homes):
            yield name, revision.body


def _read_devices(blocks: list[bytes]) -> tuple[Device, ...]:
    return tuple(device for block in blocks for device in _decode_devices(block))


def read_outward(path: Path) -> tuple[EntityShape, ...]:
    """The outward mapping records of a file, none where there is none. Raises Invalid("settings.wrong")."""
    try:
        return outward_of(path.read_text("utf-8"), str(path))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid("settings.wrong", path=str(path), detail=str(problem)) from problem
