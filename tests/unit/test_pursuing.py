"""Watch plans beside the flow: from a flight to a plan, from a sighting to another, told to those who may know."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from bongsu.access.permit import load_policy
from bongsu.benches.roads import made
from bongsu.city import City
from bongsu.city.ways import ways_of
from bongsu.core.asset import Camera, Ground, Purpose
from bongsu.core.clock import Clocks
from bongsu.core.command import Close, NoteSeen, StartWatch
from bongsu.core.entry import Entry, Recorded
from bongsu.core.errors import Conflict, Invalid
from bongsu.core.geo import Point
from bongsu.core.incident import Change, What
from bongsu.core.person import Role, Session
from bongsu.core.revision import PurposeTerms
from bongsu.desk import frozen
from bongsu.desk.board import Board
from bongsu.desk.records import Checks
from bongsu.flow import Flow
from bongsu.pursuing import Pursuing
from bongsu.settings import CameraSettings
from bongsu.web.live import LiveBoard
from bongsu.web.telling import audience_of
from fakes.desk import NOON, Clock
from fakes.platform import POLICE, a_grant, an_incident

NOON_MS = int(NOON.timestamp() * 1000)
MINUTE_S = 60.0
HERE = made.SEOUL.origin
WAYS: dict[str, object] = {}


def at(x: float, y: float) -> Point:
    return made.SEOUL.to_point(x, y)


def a_ground() -> Ground:
    if "ground" not in WAYS:
        WAYS["ground"] = made.city(12)
        WAYS["ways"] = ways_of(WAYS["ground"], ("patrol", "foot"))
    return WAYS["ground"]


class House:
    """A flow with pursuits beside it, over a made city of twelve streets each way with a camera at every third corner;
    every second one looks at traffic."""

    def __init__(self, ways: bool = True, ground: Ground | None = None) -> None:
        self.clock, self.board, self.entries = Clock(), Board(), []
        ground = a_ground() if ground is None else ground
        corners = sorted({place for road in ground.roads for place in road.line})[::3]
        kinds = (Purpose.CRIME, Purpose.TRAFFIC)
        self.city = City(
            [
                Camera(id=f"C{n:03}", name="", where=Point(*spot), purposes=(kinds[n % 2],))
                for n, spot in enumerate(corners)
            ],
            ground,
            CameraSettings(),
        )
        if ways:
            self.city.ways = WAYS["ways"]
        self.live = LiveBoard(now=self.clock, board=lambda: self.board, city=lambda: self.city)
        self.pursuing = Pursuing(lambda: self.city, self.board, self.live, Clocks(self.clock), CameraSettings())
        self.flow = Flow(
            board=self.board,
            city=self.city,
            services={},
            append=self._append,
            find_ack=None,
            tell=lambda recorded: self.pursuing.hear(recorded.entry),
            now=self.clock,
            checks=Checks(),
        )

    async def _append(self, entry, _report):
        # As the store keeps it: a restart reads these bytes.
        self.entries.append(msgspec.msgpack.encode(entry))
        return len(self.entries)

    async def robbed(self, *grants, **fields):
        case = an_incident("I1", HERE, kind="robbery", **fields)
        entry = Entry(changes=(Change(what=What.OPENED, incident=case, at=NOON, by="112"),), grants=grants)
        self.entries.append(msgspec.msgpack.encode(entry))
        self.board.apply(Recorded(seq=len(self.entries), entry=entry))
        self.clock.forward(MINUTE_S)

    async def started(self, **fields):
        return await self.flow.order(StartWatch(incident="I1", by="lee", **fields))

    async def seen(self, where, after_s, **fields):
        seen_ms = NOON_MS + int(after_s * 1000)
        return await self.flow.order(NoteSeen(incident="I1", by="kim", where=where, seen_ms=seen_ms, **fields))

    async def look(self):
        await self.pursuing.look()
        return self.pursuing.watches.plans.get("I1")

    def sits(self, role, agency=""):
        until = NOON.replace(year=NOON.year + 1)
        session = Session(
            id=f"s-{role}{agency}", user=f"u-{role}", name=role, role=role, agency=agency, origin="", since=NOON,
            until=until,
        )  # fmt: skip
        seat = self.live.join(session, audience_of(session, load_policy()), None)
        seat._words.clear()
        return seat


def cameras_of(plan):
    return {one.camera for slot in plan.slots for one in slot.cameras} | {one.camera for one in plan.replay}


async def test_nothing_is_watched_until_somebody_says_that_a_person_fled_and_then_at_once():
    house = House()
    await house.robbed()
    assert await house.look() is None
    with pytest.raises(Conflict, match=r"watch\.not_started"):
        await house.seen(HERE, 10)
    entry = await house.started(mode="foot")
    assert house.pursuing._wake.is_set()
    (row,) = entry.rows
    assert (row.act, row.who, row.incident, row.reason) == ("pursue", "lee", "I1", "started")
    plan = await house.look()
    assert (plan.problem, plan.number, plan.modes, plan.where) == ("", 0, {"foot": 1.0}, HERE)
    assert [slot.from_ms for slot in plan.slots[:2]] == [NOON_MS + 60_000, NOON_MS + 90_000]
    assert all(len(slot.cameras) <= 9 for slot in plan.slots)
    assert plan.slots[0].cameras


async def test_how_far_they_can_be_grows_with_the_minutes():
    house = House()
    await house.robbed()
    await house.started(mode="foot")
    plan = await house.look()
    assert [reach.by_ms - plan.at_ms for reach in plan.reach] == [0, 60_000, 120_000, 300_000]
    widths = [_width(reach.surface) for reach in plan.reach]
    assert widths == sorted(widths)
    # 60 s at 4.6 m/s each way at the most, and half a block beside the road.
    assert 2 * 200 < widths[0] <= 2 * (60 * 4.6 + 60) + 30


async def test_a_sighting_is_on_the_ledger_and_the_plan_goes_on_from_there():
    house = House()
    await house.robbed()
    await house.started(mode="foot")
    before = await house.look()
    house.clock.forward(MINUTE_S)
    entry = await house.seen(at(200, 0), 110, camera="C004", means="plate")
    (row,) = entry.rows
    assert (row.act, row.camera, row.who, row.reason) == ("pursue", "C004", "kim", "seen, plate")
    after = await house.look()
    assert (after.number, after.where, after.since_ms) == (1, at(200, 0), NOON_MS + 110_000)
    assert _width(after.reach[0].surface) < _width(before.reach[0].surface)


async def test_no_camera_is_planned_that_may_not_be_shown_to_the_police():
    house = House()
    closed = {Purpose.TRAFFIC: PurposeTerms(retention_days=30, agencies={"highways": ("consent",)})}
    house.city.set_purposes(closed)
    await house.robbed()
    await house.started(mode="foot")
    named = cameras_of(await house.look())
    assert named
    assert all(house.city.cameras[one].purposes == (Purpose.CRIME,) for one in named)


async def test_a_plan_is_told_to_the_operator_and_the_agency_of_the_case_which_learns_only_of_its_own_cameras():
    house = House()
    mine = list(house.city.cameras)[:24]  # one of the two whose recordings are to be looked at first
    grant = replace(a_grant("I1", POLICE, mine), until=NOON.replace(hour=23))
    await house.robbed(grant)
    seats = {
        "operator": house.sits(Role.OPERATOR),
        "police": house.sits(Role.AGENCY, POLICE),
        "fire": house.sits(Role.AGENCY, "fire119"),
        "auditor": house.sits(Role.AUDITOR),
    }
    await house.started(mode="foot")
    plan = await house.look()
    heard = {who: [msgspec.json.decode(text)["what"] for text in seat._words] for who, seat in seats.items()}
    assert heard == {"operator": ["watch"], "police": ["watch"], "fire": [], "auditor": []}
    told = house.pursuing.watches.for_eyes(seats["police"].session, plan)
    for whole, part in [
        (plan.replay, told.replay),
        *((a.cameras, b.cameras) for a, b in zip(plan.slots, told.slots, strict=True)),
    ]:
        assert part == tuple(one for one in whole if one.camera in mine)
    assert 0 < len(told.replay) < len(plan.replay)
    assert cameras_of(told) < cameras_of(plan)
    assert house.pursuing.watches.for_eyes(seats["operator"].session, plan) == plan


async def test_the_same_plan_stands_again_after_a_restart_from_the_journal_and_from_a_snapshot():
    house = House()
    await house.robbed()
    await house.started(mode="car", fled_ms=NOON_MS - 5_000)
    house.clock.forward(MINUTE_S)
    await house.seen(at(-200, 100), 80, heading_deg=90.0)
    before = await house.look()
    for board in (_replayed(house.entries), frozen.find_board(frozen.freeze(house.board))):
        assert board.digest() == house.board.digest()
        again = House()
        again.clock.forward(2 * MINUTE_S)
        again.pursuing._board = board
        assert await again.look() == before


def test_an_entry_of_before_flights_is_read_as_it_was():
    body = msgspec.msgpack.encode(Entry(changes=(Change(what=What.OPENED, incident=an_incident(), at=NOON, by="112"),)))
    assert b"flights" not in body
    assert msgspec.msgpack.decode(body, type=Entry).flights == ()


async def test_without_streets_or_off_them_the_plan_says_so_and_a_closed_case_has_none():
    house = House(ways=False)
    await house.robbed()
    await house.started()
    assert (await house.look()).problem == "roads.building"
    house = House(ground=Ground(), ways=False)
    await house.robbed()
    await house.started()
    assert (await house.look()).problem == "roads.none"
    house = House()
    await house.robbed()
    await house.started(where=at(30_000, 0))
    assert (await house.look()).problem == "roads.off_map"
    await house.started()
    assert (await house.look()).problem == ""
    await house.flow.order(Close(incident="I1", by="lee", note="검거"))
    assert await house.look() is None
    with pytest.raises(Conflict, match=r"incident\.over"):
        await house.seen(HERE, 30)


async def test_after_a_quarter_of_an_hour_of_silence_nothing_is_planned_and_it_says_so():
    house = House()
    await house.robbed()
    await house.started(mode="foot")
    house.clock.forward(15 * MINUTE_S)
    plan = await house.look()
    assert plan.cold
    assert plan.slots == plan.reach == ()


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("watch.mode", {"mode": "boat"}),
        ("watch.where", {"where": Point(200.0, 37.0)}),
        ("watch.when", {"seen_ms": NOON_MS + 3_600_000}),
        ("watch.when", {"seen_ms": 5}),
        ("watch.heading", {"heading_deg": 360.0}),
        ("watch.heading", {"heading_deg": float("nan")}),
    ],
)
async def test_a_sighting_that_cannot_have_been_is_refused_by_name(code, fields):
    house = House()
    await house.robbed()
    await house.started()
    order = NoteSeen(incident="I1", by="kim", where=HERE, seen_ms=NOON_MS + 30_000)
    with pytest.raises(Invalid, match=code.replace(".", r"\.")):
        await house.flow.order(replace(order, **fields))
    assert len(house.board.flights["I1"]) == 1


def _width(surface):
    lons = [lon for polygon in surface for lon, _ in polygon[0]]
    return (max(lons) - min(lons)) * made.SEOUL.metres_per_degree()[0]


def _replayed(entries):
    board = Board()
    for seq, body in enumerate(entries, 1):
        board.apply(Recorded(seq=seq, entry=msgspec.msgpack.decode(body, type=Entry)))
    return board
