"""Searches beside the flow: from a report to a map, from a look to another map, told to those who may know."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from bongsu.access.permit import load_policy
from bongsu.city import City
from bongsu.city.ways import ways_of
from bongsu.core.asset import Camera, Ground
from bongsu.core.clock import Clocks
from bongsu.core.command import Close, DescribeLost, NoteLooked
from bongsu.core.entry import Entry, Recorded
from bongsu.core.errors import Conflict, Invalid
from bongsu.core.incident import Change, State, What
from bongsu.core.person import Role, Session
from bongsu.core.recording import Keep, Orders
from bongsu.desk import frozen
from bongsu.desk.board import Board
from bongsu.desk.records import Checks
from bongsu.flow import Flow
from bongsu.searching import Searching
from bongsu.settings import CameraSettings, Settings
from bongsu.web.live import LiveBoard
from bongsu.web.telling import audience_of
from fakes.desk import NOON, Clock
from fakes.platform import POLICE, a_grant, an_incident
from fakes.streets import a_grid, place

HOUR_S = 3_600.0
MINUTE = 60_000


class House:
    """A flow with searches beside it, over a grid of nine streets each way with four cameras, of which C4 is not
    recorded."""

    def __init__(self, ground: Ground | None = None, ways: bool = True) -> None:
        self.clock, self.board, self.entries = Clock(), Board(), []
        ground = Ground(roads=a_grid(9)[1]) if ground is None else ground
        spots = ((400, 400), (300, 400), (0, 0), (500, 400))
        cameras = [Camera(id=f"C{n}", name=f"C{n}", where=place(*spot)) for n, spot in enumerate(spots, 1)]
        self.city = City(cameras, ground, CameraSettings())
        if ways:
            self.city.ways = ways_of(ground, ("foot",))
        self.live = LiveBoard(now=self.clock, board=lambda: self.board, city=lambda: self.city)
        orders = Orders({name: Keep(30, 3) for name in ("C1", "C2", "C3")})
        self.searching = Searching(
            lambda: self.city, self.board, self.live, Clocks(self.clock), lambda: orders, Settings()
        )
        self.flow = Flow(
            board=self.board,
            city=self.city,
            services={},
            append=self._append,
            find_ack=None,
            tell=lambda recorded: self.searching.hear(recorded.entry),
            now=self.clock,
            checks=Checks(),
        )

    async def _append(self, entry, _report):
        # As the store keeps it: a restart reads these bytes.
        self.entries.append(msgspec.msgpack.encode(entry))
        return len(self.entries)

    async def lost(self, kind="wandering", *grants, **fields):
        case = an_incident("I1", place(400, 400), kind=kind, **fields)
        change = Change(what=What.OPENED, incident=case, at=NOON, by="CARE")
        entry = Entry(changes=(change,), grants=grants)
        self.entries.append(msgspec.msgpack.encode(entry))
        self.board.apply(Recorded(seq=len(self.entries), entry=entry))
        self.clock.forward(HOUR_S)
        return case

    def wakes_for(self, case):
        self.searching._wake.clear()
        self.searching.hear(Entry(changes=(Change(what=What.OPENED, incident=case, at=NOON, by="CARE"),)))
        return self.searching._wake.is_set()

    async def look(self):
        await self.searching.look()
        return self.searching.searches.maps.get("I1")

    async def reviewed(self, camera="C1", begin=0, end=30):
        noon_ms = int(NOON.timestamp() * 1000)
        order = NoteLooked(
            incident="I1", by="lee", camera=camera, from_ms=noon_ms + begin * MINUTE, to_ms=noon_ms + end * MINUTE
        )
        return await self.flow.order(order)

    def sits(self, role, agency=""):
        until = NOON.replace(year=NOON.year + 1)
        session = Session(
            id=f"s-{role}{agency}",
            user=f"u-{role}",
            name=role,
            role=role,
            agency=agency,
            origin="",
            since=NOON,
            until=until,
        )
        seat = self.live.join(session, audience_of(session, load_policy()), None)
        seat._words.clear()
        return seat


async def test_a_robbery_is_no_reason_to_look_again_and_a_case_that_has_a_map_is():
    house = House()
    case = await house.lost()
    robbery = msgspec.structs.replace(case, id="I2", kind="robbery")
    assert not house.wakes_for(robbery)
    assert house.wakes_for(case)
    await house.look()
    assert house.wakes_for(msgspec.structs.replace(case, kind="robbery"))  # its map must go


async def test_a_case_of_somebody_lost_has_a_map_and_a_reviewed_recording_changes_it_at_once():
    house = House()
    await house.lost()
    before = await house.look()
    assert (before.problem, before.subject, before.number, before.searched) == ("", "dementia", 0, 0.0)
    assert {one.camera for one in before.reviews} == {"C1", "C2", "C3"}
    assert before.reviews[0].camera == "C1"
    house.searching._wake.clear()
    entry = await house.reviewed(end=2)
    assert house.searching._wake.is_set()
    (row,) = entry.rows
    assert (row.act, row.camera, row.who, row.incident) == ("search", "C1", "lee", "I1")
    assert row.span.startswith("2026-")
    after = await house.look()
    assert after.number == 1
    assert after.searched > 0.02
    assert 100 < after.reviewed_s <= 120
    (same,) = [one for one in after.reviews if one.camera == "C1"]
    assert same.from_ms == int(NOON.timestamp() * 1000) + 2 * MINUTE


async def test_a_map_is_told_when_it_changed_to_the_operator_and_the_agency_of_the_case_and_to_nobody_else():
    house = House()
    grant = replace(a_grant("I1", POLICE, ["C2"]), until=NOON.replace(hour=23))
    await house.lost("wandering", grant)
    seats = {
        "operator": house.sits(Role.OPERATOR),
        "police": house.sits(Role.AGENCY, POLICE),
        "fire": house.sits(Role.AGENCY, "fire119"),
        "auditor": house.sits(Role.AUDITOR),
    }
    await house.look()
    await house.look()
    await house.reviewed()
    await house.look()
    heard = {who: [msgspec.json.decode(text) for text in seat._words] for who, seat in seats.items()}
    assert [(word["what"], word["number"]) for word in heard["operator"]] == [("search", 0), ("search", 1)]
    assert heard["police"] == heard["operator"]
    assert heard["fire"] == heard["auditor"] == []
    shown = house.searching.searches.for_eyes(seats["police"].session, await house.look())
    assert {one.camera for one in (*shown.reviews, *shown.cameras)} == {"C2"}


async def test_what_was_searched_is_there_again_after_a_restart_from_the_journal_and_from_a_snapshot():
    house = House()
    await house.lost("missing_person")
    noon_ms = int(NOON.timestamp() * 1000)
    await house.flow.order(DescribeLost(incident="I1", by="lee", subject="dementia", seen_ms=noon_ms, heading_deg=90.0))
    await house.reviewed()
    await house.flow.order(NoteLooked(incident="I1", by="kim", lines=(_street(),), minutes=8.0, mode="car"))
    before = await house.look()
    for board in (_replayed(house.entries), frozen.find_board(frozen.freeze(house.board))):
        assert board.digest() == house.board.digest()
        again = House()
        again.clock.forward(HOUR_S)
        again.searching._board = board
        assert await again.look() == before


def test_an_entry_of_before_searches_is_read_as_it_was():
    change = Change(what=What.OPENED, incident=an_incident(), at=NOON, by="112")
    body = msgspec.msgpack.encode(Entry(changes=(change,)))
    assert b"searches" not in body
    assert msgspec.msgpack.decode(body, type=Entry).searches == ()


async def test_without_a_category_or_a_place_or_streets_the_map_says_so():
    house = House()
    await house.lost("missing_person")
    assert (await house.look()).problem == "search.category"
    await house.flow.order(DescribeLost(incident="I1", by="lee", subject="dementia"))
    assert (await house.look()).problem == ""
    house = House()
    case = await house.lost()
    change = Change(what=What.MOVED, incident=replace(case, where=None, version=2), at=NOON, by="CARE")
    house.board.apply(Recorded(seq=9, entry=Entry(changes=(change,))))
    assert (await house.look()).problem == "search.nowhere"
    house = House(ways=False)
    await house.lost()
    assert (await house.look()).problem == "roads.building"
    house = House(Ground())
    await house.lost()
    assert (await house.look()).problem == "roads.none"


async def test_a_robbery_has_no_map_until_somebody_says_that_a_person_is_lost_and_a_closed_case_has_none():
    house = House()
    await house.lost("robbery")
    assert await house.look() is None
    await house.flow.order(DescribeLost(incident="I1", by="lee", subject="dementia"))
    assert (await house.look()).problem == ""
    await house.flow.order(Close(incident="I1", by="lee", note="찾음"))
    assert house.board.incidents["I1"].state is State.CLOSED
    assert await house.look() is None
    with pytest.raises(Conflict, match=r"incident\.over"):
        await house.reviewed()


async def test_a_place_off_the_streets_is_said_and_the_other_maps_go_on():
    house = House()
    await house.lost()
    await house.flow.order(DescribeLost(incident="I1", by="lee", where=place(9_000, 9_000)))
    assert (await house.look()).problem == "roads.off_map"


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("search.what", {}),
        ("search.what", {"camera": "C1", "from_ms": 1, "to_ms": 2, "lines": (((127.0, 37.5), (127.1, 37.5)),)}),
        ("search.span", {"camera": "C1", "from_ms": 5, "to_ms": 5}),
        ("search.span", {"camera": "C1", "from_ms": 5, "to_ms": 90_000_000}),
        ("search.span", {"camera": "C1", "from_ms": 4_000_000_000_000, "to_ms": 4_000_000_000_001}),
        ("search.ground", {"lines": (((127.0, 37.5),),), "minutes": 5.0}),
        ("search.ground", {"ring": ((127.0, 37.5), (127.1, 37.5), (127.0, 37.5)), "minutes": 5.0}),
        ("search.ground", {"lines": (((127.0, float("nan")), (127.1, 37.5)),), "minutes": 5.0}),
        ("search.minutes", {"lines": (((127.0, 37.5), (127.1, 37.5)),)}),
        ("search.minutes", {"lines": (((127.0, 37.5), (127.1, 37.5)),), "minutes": float("nan")}),
    ],
)
async def test_a_look_that_cannot_have_been_is_refused_by_name(code, fields):
    house = House()
    await house.lost()
    with pytest.raises(Invalid, match=code.replace(".", r"\.")):
        await house.flow.order(NoteLooked(incident="I1", by="lee", **fields))
    assert house.board.searches == {}


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("search.subject", {"subject": "martian"}),
        ("search.when", {"seen_ms": 5}),
        ("search.heading", {"heading_deg": 360.0}),
        ("search.heading", {"heading_deg": float("nan")}),
    ],
)
async def test_a_description_that_makes_no_sense_is_refused_by_name(code, fields):
    house = House()
    await house.lost()
    with pytest.raises(Invalid, match=code.replace(".", r"\.")):
        await house.flow.order(DescribeLost(incident="I1", by="lee", **fields))


def _street():
    return tuple((at.lon, at.lat) for at in (place(300, 300), place(500, 300)))


def _replayed(entries):
    board = Board()
    for seq, body in enumerate(entries, 1):
        board.apply(Recorded(seq=seq, entry=msgspec.msgpack.decode(body, type=Entry)))
    return board
