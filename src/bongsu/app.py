"""The only wiring: builds every part of the core from the settings and hands them to each other."""

from __future__ import annotations

import asyncio
import secrets as chance
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random

import structlog
from prometheus_client import CollectorRegistry

from bongsu import estate
from bongsu.access.identity import Identity
from bongsu.access.lease import make_keys
from bongsu.access.password import Passwords
from bongsu.access.permit import load_policy
from bongsu.cameras import Cameras
from bongsu.clockwork import Clockwork
from bongsu.core.asset import Unit
from bongsu.core.batch import Batch
from bongsu.core.clock import MACHINE, Clocks
from bongsu.core.command import Command
from bongsu.core.entry import Entry, Recorded
from bongsu.core.ledger import LedgerRow
from bongsu.core.report import Ack, Report
from bongsu.core.request import OutboxState
from bongsu.core.revision import RecordKind, Revision
from bongsu.desk import frozen
from bongsu.desk.consents import allow
from bongsu.desk.records import Checks
from bongsu.flow import Flow
from bongsu.footage import Footage
from bongsu.inbox import Inbox
from bongsu.linked import SERVICES, full_terms, services_of
from bongsu.lookouts import Lookouts
from bongsu.partners import authenticate_with, authority_of, clients_of, codes_of, measured
from bongsu.releases import Releases
from bongsu.seeds import seeds, sow
from bongsu.sender import Sender
from bongsu.sensing import Sensing
from bongsu.settings import Secrets, Settings
from bongsu.signalling import Signalling, signalling_of
from bongsu.sources import observations
from bongsu.store import Store, assets
from bongsu.store.keeper import Keeper
from bongsu.web.codes import Codes
from bongsu.web.condition import Links, free_share_of, parts_of
from bongsu.web.lag import Lag
from bongsu.web.live import LiveBoard
from bongsu.web.loads import Loads
from bongsu.web.meters import Meters
from bongsu.web.platform import Platform
from bongsu.web.unmaskings import Unmaskings

CONSOLE = Path(__file__).parent / "_console"
log = structlog.get_logger()


def _identity(store: Store, clocks: Clocks) -> Identity:
    now, monotonic = clocks.now, clocks.monotonic
    return Identity(store, store.note, now=now, monotonic=monotonic, chance=chance.token_urlsafe, passwords=Passwords())


class Core:
    """One core process: every part, built before the loop turns; `run` keeps it going."""

    def __init__(self, settings: Settings, secrets: Secrets, store: Store, clocks: Clocks = MACHINE) -> None:
        self.settings, self.store, self.clocks = settings, store, clocks
        now, monotonic = clocks.now, clocks.monotonic
        self.board = estate.board_of(store)
        self.keeper = Keeper(
            store, self.still, lambda: self.board.seq, settings.retention, now=now, monotonic=monotonic
        )
        self.inbox, self.swapping, self.links = Inbox(), asyncio.Lock(), Links(settings.partners)
        self.meters = Meters(monotonic, CollectorRegistry())
        store.db.committed = self.meters.committed
        self.lag, self.loads = Lag(monotonic, self.meters.registry), Loads(monotonic)
        self.flow = self._flow()
        self.clockwork = Clockwork(
            board=self.board, order=self.order, stepped=self.meters.clock_stepped, now=now, monotonic=monotonic
        )
        self.live = LiveBoard(now=now, board=lambda: self.board, city=lambda: self.flow.city)
        self.identity = _identity(store, clocks)
        self.codes, self.free_share = codes_of(settings), free_share_of(settings.folder)
        self.clients = clients_of(settings, secrets, self.codes, lambda where: self.flow.city.address_of(where), now)
        self.parked_cars = authority_of(settings, secrets)
        self.sender = self._sender()
        self.footage = Footage(settings, lambda: self.flow.city, self.board, store, self.holds)
        self.video = self.footage.link
        self.unmaskings = Unmaskings(chance.token_urlsafe, now, self.video.hold, self.video.drop)
        self.releases = self._releases()
        self.sensing = Sensing(settings, self.board, store, self.take, now)
        self.cameras = Cameras(settings, lambda: self.flow.city, self.board, self.live, self.identity, store)
        self.lookouts = self._lookouts()
        self.signalling = self._signalling(secrets)
        self.authenticate = authenticate_with(settings, secrets, self.links.heard)

    def _flow(self) -> Flow:
        return Flow(
            board=self.board,
            city=estate.build(self.store, self.settings.cameras),
            services=services_of(self.settings.services, self.board.records),
            append=self.store.append,
            find_ack=self.store.find_ack,
            tell=self.tell,
            now=self.clocks.now,
            checks=Checks(terms=full_terms, services=frozenset(SERVICES)),
        )

    def _lookouts(self) -> Lookouts:
        city, orders, traffic = lambda: self.flow.city, self.footage.orders, self.sensing.traffic
        return Lookouts(city, self.board, self.live, self.clocks, orders, self.settings, traffic)

    def _signalling(self, secrets: Secrets) -> Signalling:
        plans, city = self.lookouts.wayfinding.plans, lambda: self.flow.city
        return signalling_of(self.settings, secrets, self.board, plans, city, self.store.note, self.meters, self.clocks)

    def _releases(self) -> Releases:
        folder, city = self.settings.folder, self.settings.city.name
        return Releases(folder, city, self.board, lambda: self.flow.city.cameras, self.order, self.video)

    def _sender(self) -> Sender:
        return Sender(
            {
                agency: measured(agency, client.deliver, self.meters, self.links, self.clocks.monotonic)
                for agency, client in self.clients.items()
            },
            allow=lambda request: allow(self.board, request, self.clocks.now()),
            due=self.store.due,
            settle=self.store.settle,
            note=self.store.note,
            failed=self.live.outbox_changed,
            busy=lambda: self.inbox.depth > 0,
            now=self.clocks.now,
            chance=Random(),
        )

    async def take(self, report: Report) -> Ack:
        """A report, through the inbox."""
        return await self.meters.report(report.sender, lambda: self.inbox.put(lambda: self.flow.take(report)))

    async def order(self, command: Command) -> Entry:
        """A command, through the inbox."""
        return await self.meters.order(command.what, lambda: self.inbox.put(lambda: self.flow.order(command)))

    async def observe(self, batch: Batch, units: tuple[Unit, ...]) -> observations.Observed:
        """Telemetry, through the inbox's other line; what finds no room there is counted as shed."""
        self.flow.city.register(units)
        seen: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def see() -> None:
            seen.set_result(await self.flow.see(batch))

        if not self.inbox.offer(see):
            return observations.Observed(accepted=0, unknown=0, shed=len(batch.unit))
        unknown = await seen
        return observations.Observed(accepted=len(batch.unit) - unknown, unknown=unknown, shed=0)

    def tell(self, recorded: Recorded) -> None:
        """Everybody who must hear of an entry: video first, because a right that ended must end at once."""
        for grant in recorded.entry.grants:
            if grant.ended:
                self.video.drop(f"grant:{grant.id}")
            else:
                self.video.hold(f"grant:{grant.id}", _ms(grant.until))
        self.unmaskings.hear(recorded.entry)
        self.clockwork.hear(recorded)
        self.lookouts.hear(recorded.entry)
        for revision in recorded.entry.revisions:
            self._heed(revision)
        self.releases.tell(recorded.entry)
        self.live.tell(recorded)
        if recorded.entry.requests:
            self.sender.wake()

    def _heed(self, revision: Revision) -> None:
        """A record holds from the next change on; whoever it shuts out is out now."""
        if revision.kind is RecordKind.SERVICE:
            self.flow.services = services_of(self.settings.services, self.board.records)
        if revision.kind is RecordKind.PURPOSE:
            self.flow.city.set_purposes(estate.terms_of(self.board.records))
            self.video.orders_changed()
        if revision.kind is RecordKind.MASK:
            self.video.masks_changed()
        self.sensing.heed(revision)
        for session in self.identity.shut_out(revision):
            self.video.drop(f"session:{session.id}")
            self.live.end(session.id, "signed_out")

    async def begin(self) -> None:
        """What comes before the doors open: the sessions of before, and the first version of every record."""
        self.cameras.sense = lambda seen: self.inbox.offer(lambda: self.flow.sense(seen))
        self.video.hear_health(self.cameras.feel)
        self.video.hear_figures(self.loads.take)
        self.video.on_change = lambda: self.live.learn_seats(self.video.seats)
        self.live.learn_seats(self.video.seats)
        await self.identity.open()
        for revision in self.board.records.values():
            self.identity.shut_out(revision)
        tables = {name: full_terms(name, table) for name, table in self.settings.services.items()}
        self.flow.city.set_purposes(estate.terms_of(self.board.records))
        await sow(self.board, self.flow.order, seeds(tables, await self.store.list_users()))

    def still(self) -> tuple[int, Callable[[], bytes]]:
        """The board as it stands now, and what makes bytes of it."""
        board = frozen.still(self.board)
        return board.seq, partial(frozen.freeze, board)

    def holds(self) -> dict[str, int | None]:
        """Every key a stream may hang on right now."""
        grants: dict[str, int | None] = {f"grant:{g.id}": _ms(g.until) for g in self.board.running.values()}
        sessions = {f"session:{session.id}": _ms(session.until) for session in self.identity.running()}
        return grants | sessions | self.unmaskings.holds()

    def parts(self) -> dict[str, str]:
        """Every part and partner with its state."""
        return parts_of(
            video=self.video.seats,
            broken=self.store.db.broken,
            dead_letters=sum(row["state"] == OutboxState.DEAD for row in self.live.outbox),
            free_share=self.free_share(),
            links=self.sensing.parts() | self.links.states(),
        )

    def figures(self) -> dict[str, float]:
        """What the metrics show beside the loop's lag."""
        return {
            "bongsu_inbox_depth": self.inbox.depth,
            "bongsu_observations_shed": self.inbox.shed,
            "bongsu_journal_seq": self.board.seq,
            "bongsu_incidents_open": len(self.board.list_open()),
            "bongsu_grants_running": len(self.board.running),
            "bongsu_cameras_down": len(self.footage.down),
            **self.cameras.figures(),
            **self.sensing.figures(),
            **self.signalling.figures(),
            "bongsu_disk_free_share": self.free_share(),
            "bongsu_requests_undelivered": len(self.live.outbox),
        }

    async def swap(self, layer: str, body: bytes, row: LedgerRow) -> tuple[int, dict[str, int]]:
        """Replace a layer of assets in the store, then the city in memory, one import at a time.

        Its version, and how many cameras keep pictures shorter or longer than their purposes say.
        """
        async with self.swapping:
            assume, old = self.settings.cameras, self.flow.city
            version, fresh = await estate.swap(self.store, old, assume, layer, body, row)
            fresh.set_purposes(estate.terms_of(self.board.records))
            self.flow.city = fresh
            beyond = await asyncio.to_thread(fresh.beyond_terms, estate.gentle()) if layer == assets.CAMERAS else {}
        if layer == assets.DEVICES:
            self.sensing.link.devices_changed()
        if layer == assets.CAMERAS:
            self.video.streams_changed()
            self.video.orders_changed()
        held = estate.held_by(old)
        del old
        await asyncio.to_thread(estate.let_go, held)
        return version, beyond

    def platform(self, run_token: str) -> Platform:
        """What the web is handed."""
        return Platform(
            settings=self.settings,
            now=self.clocks.now,
            chance=chance.token_urlsafe,
            city=lambda: self.flow.city,
            board=lambda: self.board,
            order=self.order,
            history=self.store.history,
            note=self.store.note,
            ledger_rows=self.store.ledger_rows,
            outbox=self.store.undelivered, asked=self.store.asked, retry=self.store.retry,
            identity=self.identity,
            policy=load_policy(),
            lease_key=make_keys(self.settings.folder),
            hold=self.video.hold, drop=self.video.drop, seats=lambda: self.video.seats,
            parts=self.parts,
            meters=self.meters,
            helm=self.cameras.helm, vitals=self.cameras.vitals,
            releases=self.releases, unmaskings=self.unmaskings,
            codes=Codes(chance.token_urlsafe, self.clocks.monotonic),
            swap=self.swap, live=self.live, lag=self.lag, loads=self.loads, plans=self.lookouts.wayfinding.plans,
            ask_telemetry=self.sensing.link.ask, show_devices=self.sensing.link.shows.open, figures=self.figures,
            recorded=self.video.recorded, signals=self.signalling.shown,
            searches=self.lookouts.searching.searches, watches=self.lookouts.pursuing.watches,
            parked_cars=self.parked_cars, run_token=run_token,
            basemap=self.settings.folder / "basemap.pmtiles",
            console=CONSOLE,
        )  # fmt: skip


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
