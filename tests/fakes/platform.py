"""A platform in memory: board, policy and identity are real; store, video and clock are fakes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from litestar import Litestar
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from bongsu.access.identity import Identity, digest_of
from bongsu.access.password import Passwords, hash_password
from bongsu.access.permit import load_policy
from bongsu.city import City
from bongsu.core.asset import Unit, UnitKind
from bongsu.core.command import Command
from bongsu.core.entry import Entry, Recorded
from bongsu.core.errors import Unavailable
from bongsu.core.export import Export
from bongsu.core.geo import Point
from bongsu.core.grant import Basis, Grant, Right, View, grant_id
from bongsu.core.health import Vitals
from bongsu.core.incident import Change, Incident, State, What
from bongsu.core.ledger import LedgerRow, Sealed, leaf_hash
from bongsu.core.person import Role, Session, User
from bongsu.core.processes import Seat
from bongsu.core.recording import Recorded as Recording
from bongsu.core.report import Severity, Status
from bongsu.core.request import Ask, Outgoing
from bongsu.core.revision import RecordKind, Revision
from bongsu.desk.board import Board
from bongsu.desk.crews import crew_rows
from bongsu.desk.exporting import export_rows
from bongsu.desk.follow import follow
from bongsu.desk.holding import hold_row
from bongsu.desk.obey import obey, regrant
from bongsu.desk.pursuing import flight_rows
from bongsu.desk.records import Checks
from bongsu.desk.searching import search_rows
from bongsu.desk.wheel import Wheel
from bongsu.helm import Helm
from bongsu.settings import Settings
from bongsu.web.codes import Codes
from bongsu.web.guard import COOKIE
from bongsu.web.junctions import SignalShown
from bongsu.web.lag import Lag
from bongsu.web.live import LiveBoard
from bongsu.web.loads import Loads
from bongsu.web.meters import Meters
from bongsu.web.plans import Plans
from bongsu.web.platform import Platform
from bongsu.web.searches import Searches
from bongsu.web.server import create
from bongsu.web.unmaskings import Unmaskings
from bongsu.web.watches import Watches
from bongsu.wires.onvif.records import Preset
from fakes.city import SQUARE, a_camera, a_city
from fakes.desk import NOON, Clock
from fakes.devices import FakeTelemetry

PASSWORD = "correct horse battery"
HASHED = hash_password(PASSWORD)
PASSWORDS = Passwords()
POLICY = load_policy()
RUN_TOKEN = "run-token-of-the-run-file-0123456789"
POLICE, FIRE = "police112", "fire119"

USERS = (
    User(id="u-op", name="operator", role=Role.OPERATOR, password=HASHED),
    User(id="u-police", name="police", role=Role.AGENCY, agency=POLICE, password=HASHED),
    User(id="u-fire", name="fire", role=Role.AGENCY, agency=FIRE, password=HASHED),
    User(id="u-lost", name="lost", role=Role.AGENCY, agency="", password=HASHED),
    User(id="u-audit", name="auditor", role=Role.AUDITOR, password=HASHED),
    User(id="u-admin", name="admin", role=Role.ADMIN, password=HASHED),
    User(id="u-link", name="linkonly", role=Role.OPERATOR),
)


class FakePeople:
    """Users, sessions and links in dicts."""

    def __init__(self, users: Iterable[User] = USERS) -> None:
        self.users = {user.name: user for user in users}
        self.sessions: dict[str, Session] = {}
        self.links: dict[str, tuple[str, datetime]] = {}

    async def find_user(self, name: str) -> User | None:
        return self.users.get(name)

    async def find_user_by_id(self, user_id: str) -> User | None:
        return next((user for user in self.users.values() if user.id == user_id), None)

    async def put_session(self, digest: str, session: Session) -> None:
        self.sessions[digest] = session

    async def drop_session(self, digest: str) -> None:
        self.sessions.pop(digest, None)

    async def list_sessions(self, now: datetime) -> Mapping[str, Session]:
        return {digest: session for digest, session in self.sessions.items() if session.until > now}

    async def put_link(self, digest: str, user_id: str, until: datetime) -> None:
        self.links[digest] = (user_id, until)

    async def take_link(self, digest: str, now: datetime) -> str | None:
        user_id, until = self.links.pop(digest, ("", now))
        return user_id if until > now else None


class FakeLedger:
    """Rows in memory; `broken` refuses as a store with a full disk does, `meanwhile` runs while a row is written."""

    def __init__(self) -> None:
        self.rows: list[LedgerRow] = []
        self.broken = False
        self.meanwhile: Any = None

    async def note(self, row: LedgerRow) -> int:
        if self.broken:
            raise Unavailable("store.broken", detail="disk")
        self.rows.append(row)
        if self.meanwhile is not None:
            self.meanwhile()
        return len(self.rows)

    async def read(self, before: int | None, at_most: int) -> list[Sealed]:
        salt = bytes(32)
        sealed = [
            Sealed(seq=seq, row=row, salt=salt, leaf=leaf_hash(row.who.encode(), salt))
            for seq, row in enumerate(self.rows, start=1)
        ]
        return [one for one in reversed(sealed) if before is None or one.seq < before][:at_most]

    def acts(self) -> list[str]:
        return [row.act.value for row in self.rows]


class FakeHeads:
    """Heads that turn at once and remember what they were told; C1 and C2 have one."""

    def __init__(self) -> None:
        self.cameras = {"C1", "C2"}
        self.told: list[tuple[object, ...]] = []
        self.names = ["home", "gate"]

    def has(self, camera: str) -> bool:
        return camera in self.cameras

    async def use(self, camera: str, work: Any) -> Any:
        return await work(FakeHead(self, camera))


@dataclass
class FakeHead:
    """One of them."""

    heads: FakeHeads
    camera: str

    async def prepare(self) -> None: ...

    async def move(self, pan: float, tilt: float, zoom: float, *, timeout_s: float) -> None:
        self.heads.told.append((self.camera, "move", pan, tilt, zoom))

    async def stop(self) -> None:
        self.heads.told.append((self.camera, "stop"))

    async def go(self, preset: str) -> None:
        self.heads.told.append((self.camera, "go", preset))

    async def save(self, name: str) -> str:
        self.heads.names.append(name)
        return name

    async def presets(self) -> tuple[Preset, ...]:
        return tuple(Preset(token=name, name=name) for name in self.heads.names)


@dataclass
class FakeReleases:
    """Packages in a folder, and how far they have come."""

    folder: Path = Path("none")
    progress: dict[str, float] = field(default_factory=dict)

    def path(self, export: Export) -> Path:
        return self.folder / f"{export.id}.bongsu-evidence.zip"


@dataclass
class World:
    """The fakes behind a platform, for tests to turn."""

    clock: Clock
    board: Board
    ledger: FakeLedger
    people: FakePeople
    city: City
    held: dict[str, int | None] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)
    revised: list[Revision] = field(default_factory=list)
    swapped: dict[str, bytes] = field(default_factory=dict)
    video: bool = True
    recorded: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    away: tuple[str, ...] = ()
    links: dict[str, str] = field(default_factory=dict)
    wheels: list[tuple[Any, ...]] = field(default_factory=list)
    vitals: dict[str, Vitals] = field(default_factory=dict)
    releases: FakeReleases = field(default_factory=FakeReleases)
    heads: FakeHeads = field(default_factory=FakeHeads)
    telemetry: FakeTelemetry = field(default_factory=FakeTelemetry)
    figures: dict[str, float] = field(default_factory=dict)
    signals: tuple[SignalShown, ...] = ()
    parked_cars: Any = None
    platform: Platform = None  # type: ignore[assignment]  # set by a_world
    app: Litestar = None  # type: ignore[assignment]  # set by a_world

    async def find_recorded(self, camera: str, from_ms: int, to_ms: int) -> Recording:
        spans = ((max(a, from_ms), min(b, to_ms)) for a, b in self.recorded.get(camera, ()))
        held = tuple(span for span in spans if span[0] < span[1])
        return Recording(camera in self.recorded, held, {"video": held} if held else {}, self.away)

    def record(self, what: What, incident: Incident, *grants: Grant, **fields: Any) -> Recorded:
        """Make an entry true and tell of it, as the flow does."""
        change = Change(what=what, incident=incident, at=self.clock(), by=fields.pop("by", "system"), **fields)
        recorded = Recorded(seq=self.board.seq + 1, entry=Entry(changes=(change,), grants=grants))
        self.board.apply(recorded)
        self.platform.unmaskings.hear(recorded.entry)
        self.platform.live.tell(recorded)
        return recorded

    async def order(self, command: Command) -> Entry:
        checks = Checks(
            terms=lambda _, table: dict(table),
            inside=lambda _: True,
            camera=lambda one: one in self.city.cameras,
            services=frozenset({"police_video"}),
        )
        decision, requests = follow(self.board, obey(self.board, command, self.clock(), checks))
        self.revised.extend(decision.revisions)
        grants = tuple(grant for change in decision.changes for grant in regrant(self.board, change))
        entry = Entry(
            changes=decision.changes,
            runs=decision.runs,
            revisions=decision.revisions,
            grants=grants,
            requests=requests,
            rows=(
                *export_rows(self.board.exports, decision.exports),
                *map(hold_row, decision.legal_holds),
                *crew_rows(decision.changes),
                *search_rows(decision.searches),
                *flight_rows(decision.flights),
            ),
            exports=decision.exports,
            legal_holds=decision.legal_holds,
            searches=decision.searches,
            flights=decision.flights,
        )
        self.ledger.rows.extend(entry.rows)
        recorded = Recorded(seq=self.board.seq + 1, entry=entry)
        self.board.apply(recorded)
        self.platform.unmaskings.hear(entry)
        self.platform.live.tell(recorded)
        return entry

    async def history(self, kind: RecordKind, record_id: str) -> list[Revision]:
        return [one for one in reversed(self.revised) if (one.kind, one.id) == (kind, record_id)]

    def open_case(self, id: str = "I1", *grants: Grant, **fields: Any) -> Incident:
        """An open incident with its grants, told to everybody."""
        incident = an_incident(id, **fields)
        self.record(What.OPENED, incident, *grants)
        return incident

    def end(self, grant: Grant) -> Grant:
        """End a grant for good."""
        current = self.board.grants[grant.id]
        ended = replace(current, version=current.version + 1, ended=True)
        incident = self.board.incidents[grant.incident]
        self.record(
            What.LAPSED, replace(incident, version=incident.version + 1), ended, grant=grant.id, until=current.until
        )
        return ended

    async def sign_in(self, name: str) -> dict[str, str]:
        """The cookie header of a new session, opened by a link (no argon2)."""
        code = await self.platform.identity.make_link(self.people.users[name].id)
        session, token = await self.platform.identity.redeem(code, "127.0.0.1")
        self.platform.hold(f"session:{session.id}", None)
        return {"Cookie": f"{COOKIE}={token}"}

    def session_of(self, headers: Mapping[str, str]) -> Session:
        return self.people.sessions[digest_of(headers["Cookie"].partition("=")[2])]

    def client(self, address: str = "127.0.0.1") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(address, 50000))  # type: ignore[arg-type]  # ASGI, typed otherwise
        return httpx.AsyncClient(transport=transport, base_url="http://bongsu.local")


def an_incident(id: str = "I1", where: Point | None = SQUARE, **fields: Any) -> Incident:
    """A robbery at the square, open, unless said otherwise."""
    told: dict[str, Any] = {
        "version": 1,
        "kind": "robbery",
        "severity": Severity.SEVERE,
        "state": State.OPEN,
        "status": Status.EXERCISE,
        "sender": "POLICE112",
        "occurrence": id,
        "event_code": "112",
        "opened_at": NOON,
        "changed_at": NOON,
        "occurred_at": NOON,
        "stated_at": NOON,
    } | fields
    return Incident(id=id, where=where, **told)


def a_grant(incident: str = "I1", agency: str = POLICE, cameras: Iterable[str] = ("C1",), **fields: Any) -> Grant:
    """A right to view for half an hour, unless said otherwise."""
    service = fields.pop("service", "police_video")
    told: dict[str, Any] = {
        "version": 1,
        "basis": Basis.URGENT_LIFE,
        "rights": (Right.VIEW,),
        "floor": NOON - timedelta(minutes=5),
        "until": NOON + timedelta(minutes=30),
        "status": Status.EXERCISE,
    } | fields
    views = tuple(View(camera=c, distance_m=20.0, px_per_m=100.0, clear=True, confident=True) for c in cameras)
    return Grant(
        id=grant_id(incident, service, agency), incident=incident, service=service, agency=agency, views=views, **told
    )


def a_patrol(id: str = "P1", kind: UnitKind = UnitKind.PATROL) -> Unit:
    """A crew."""
    return Unit(id=id, name=f"순찰 {id}", kind=kind)


def a_world(
    tmp_path: Path,
    *,
    settings: Settings | None = None,
    handlers: Iterable[Any] = (),
    city: City | None = None,
    app: Litestar | None = None,
) -> World:
    """A platform with its app, nothing on the board; a given app gets the new platform behind its doors."""
    clock, board, ledger, people = Clock(), Board(), FakeLedger(), FakePeople()
    city = city or a_city([a_camera("C1", 10, 0), a_camera("C2", 20, 0), a_camera("C3", 30, 0)])
    world = World(clock=clock, board=board, ledger=ledger, people=people, city=city)
    numbers = itertools.count(1)

    def chance(size: int) -> str:
        return f"{next(numbers):0{max(size, 16)}d}"

    async def outbox() -> list[Outgoing]:
        return world.outgoing

    async def asked(incident: str, ask: Ask) -> list[Outgoing]:
        return [one for one in world.outgoing if (one.request.incident.id, one.request.ask) == (incident, ask)]

    async def retry(key: str, row: LedgerRow) -> bool:
        found = any(one.request.key == key and one.state == "dead" for one in world.outgoing)
        if found:
            await ledger.note(row)
        return found

    async def swap(layer: str, body: bytes, row: LedgerRow) -> tuple[int, dict[str, int]]:
        await ledger.note(row)
        world.swapped[layer] = body
        return 1, {}

    def steers(wheel: Wheel) -> bool:
        grant = world.board.grants.get(wheel.grant)
        stands = grant is not None and grant.is_live(clock())
        return world.platform.identity.is_running(wheel.session) and (stands or not wheel.grant)

    helm = Helm(
        world.heads,
        note=ledger.note,
        note_soon=ledger.rows.append,
        may_hold=steers,
        told=lambda *told: world.wheels.append(told),
        now=clock,
        monotonic=lambda: clock().timestamp(),
        wheel_s=20.0,
        home="home",
    )
    registry = CollectorRegistry()
    live = LiveBoard(now=clock, board=lambda: world.board, city=lambda: world.city)
    world.platform = Platform(
        settings=settings or Settings(),
        now=clock,
        chance=chance,
        city=lambda: world.city,
        board=lambda: world.board,
        order=world.order,
        history=world.history,
        note=ledger.note,
        ledger_rows=ledger.read,
        outbox=outbox,
        asked=asked,
        retry=retry,
        identity=Identity(
            people, ledger.note, now=clock, monotonic=lambda: clock().timestamp(), chance=chance, passwords=PASSWORDS
        ),
        policy=POLICY,
        lease_key=Ed25519PrivateKey.generate(),
        hold=lambda key, until: world.held.update({key: until}),
        unmaskings=Unmaskings(
            chance, clock, lambda key, until: world.held.update({key: until}), lambda key: world.dropped.append(key)
        ),
        drop=world.dropped.append,
        seats=lambda: (Seat(name="video", url=world.platform.settings.video.public_url, alive=world.video),),
        parts=lambda: {"core": "ok", "store": "ok", "video": "ok" if world.video else "down", **world.links},
        meters=Meters(lambda: 0.0, registry),
        helm=helm,
        vitals=world.vitals,
        loads=Loads(lambda: clock().timestamp()),
        swap=swap,
        releases=world.releases,
        codes=Codes(chance, lambda: clock().timestamp()),
        live=live,
        plans=Plans(live, world.board, clock),
        watches=Watches(live, world.board, clock),
        searches=Searches(live, world.board, clock, lambda case: case.kind in ("missing_person", "wandering")),
        lag=Lag(lambda: clock().timestamp(), registry),
        signals=lambda: world.signals,
        parked_cars=world.parked_cars,
        ask_telemetry=lambda question: world.telemetry.ask(question),
        show_devices=lambda asked, hear: world.telemetry.show(asked, hear),
        recorded=lambda camera, from_ms, to_ms: world.find_recorded(camera, from_ms, to_ms),
        figures=lambda: {"bongsu_inbox_depth": 0.0, **world.figures},
        run_token=RUN_TOKEN,
        basemap=tmp_path / "basemap.pmtiles",
        console=a_console(tmp_path),
    )
    world.app = app or create(world.platform, list(handlers))
    world.app.state["platform"] = world.platform
    return world


def a_console(tmp_path: Path) -> Path:
    """A built console of four files."""
    folder = tmp_path / "_console"
    for name, text in {
        "index.html": "<!doctype html><title>bongsu</title>",
        "assets/app-1a2b.js": "export {}",
        "fonts/A.woff2": "font",
        "icon.svg": "<svg/>",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder
