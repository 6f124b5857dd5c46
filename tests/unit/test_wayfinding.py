"""The core's way-finding beside the flow: commands in, plans and ways out, and nothing that could mislead a crew."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from bongsu.city import City
from bongsu.core.asset import Ground
from bongsu.core.batch import Batch
from bongsu.core.clock import Clocks
from bongsu.core.command import RecallCrew, Revise, SendCrew
from bongsu.core.dispatch import Doubt
from bongsu.core.entry import Entry, Recorded
from bongsu.core.incident import Change, Sent, State, What
from bongsu.core.revision import Closure, RecordKind
from bongsu.desk.board import Board
from bongsu.desk.records import Checks
from bongsu.flow import Flow
from bongsu.services.fire_dispatch.respond import Settings, respond
from bongsu.settings import CameraSettings
from bongsu.wayfinding import Wayfinding
from bongsu.web.live import LiveBoard
from fakes.desk import Clock
from fakes.detectors import a_detector
from fakes.dispatch import a_crew, a_fire
from fakes.streets import a_grid, place


class House:
    """A flow with way-finding beside it, over a grid of five streets each way; E1 and E2 stand in it."""

    def __init__(self, ground: Ground | None = None) -> None:
        self.clock, self.board, self.entries = Clock(), Board(), []
        ground = ground or Ground(roads=tuple(a_grid(5, width_m=8.0)[1]))
        self.city = City((), ground, CameraSettings())
        live = LiveBoard(now=self.clock, board=lambda: self.board, city=lambda: self.city)
        self.traffic = []
        self.finding = Wayfinding(
            lambda: self.city,
            self.board,
            live,
            Clocks(self.clock, lambda: self.clock().timestamp()),
            lambda: self.traffic,
        )
        terms = Settings()
        self.flow = Flow(
            board=self.board,
            city=self.city,
            services={"fire_dispatch": lambda change, city: respond(change, city, terms)},
            append=self._append,
            find_ack=None,
            tell=lambda recorded: self.finding.hear(recorded.entry),
            now=self.clock,
            checks=Checks(),
        )
        self.city.register([a_crew("E1", 0, 0).unit, a_crew("E2", 0, 0).unit])

    async def _append(self, entry, _report):
        self.entries.append(entry)
        return len(self.entries)

    async def open_fire(self, x: float, y: float, **fields):
        case = replace(a_fire(x, y), **fields)
        change = Change(what=What.OPENED, incident=case, at=self.clock(), by="FIRE119")
        recorded = Recorded(seq=len(self.entries) + 1, entry=Entry(changes=(change,)))
        self.entries.append(recorded.entry)
        self.board.apply(recorded)
        return case

    def see(self, unit: str, x: float, y: float) -> None:
        where, nan = place(x, y), np.array([np.nan])
        at_ms = np.array([int(self.clock().timestamp() * 1000)])
        self.city.see(Batch("FIRE119", (unit,), np.array([where.lon]), np.array([where.lat]), nan, nan, at_ms))

    def ages_s(self) -> dict[str, int]:
        now_ms = int(self.clock().timestamp() * 1000)
        return {name: (now_ms - plan.at_ms) // 1000 for name, plan in self.finding.plans.plans.items()}

    def wakes_for(self, case) -> bool:
        self.finding._wake.clear()
        self.finding.hear(Entry(changes=(Change(what=What.OPENED, incident=case, at=self.clock(), by="lee"),)))
        return self.finding._wake.is_set()

    async def look(self):
        await self.finding.build()
        await self.finding.plan()
        return self.finding.plans.plans["I1"]


async def test_until_the_streets_are_built_the_plan_says_so_and_a_city_without_any_says_that():
    house = House()
    await house.open_fire(200, 200)
    await house.finding.plan()
    assert house.finding.plans.plans["I1"].problem == "roads.building"
    assert (await house.look()).problem == ""
    bare = House(Ground())
    await bare.open_fire(200, 200)
    assert (await bare.look()).problem == "roads.none"


async def test_a_crew_sent_has_a_way_at_the_next_look_and_none_once_it_is_called_back():
    house = House()
    await house.open_fire(400, 400)
    house.see("E1", 0, 0)
    assert (await house.look()).ways == ()
    entry = await house.flow.order(SendCrew(incident="I1", unit="E1", by="lee"))
    assert [(row.act, row.who, row.reason) for row in entry.rows] == [("send", "lee", "E1")]
    (way,) = (await house.look()).ways
    assert (way.unit, way.number, way.problem) == ("E1", 1, "")
    assert way.length_m == pytest.approx(800, abs=2)
    assert house.finding.plans.ways["E1"] == way
    await house.flow.order(RecallCrew(incident="I1", unit="E1", by="lee"))
    await house.look()
    assert house.finding.plans.ways == {}


async def test_a_thousand_robberies_are_no_reason_to_plan_and_a_fire_or_a_crew_on_its_way_is():
    house = House()
    fire, robbery = a_fire(200, 200), replace(a_fire(200, 200), id="I2", kind="robbery")
    crew = Sent(unit="E1", at=house.clock(), by="lee")
    assert not house.wakes_for(robbery)
    assert house.wakes_for(fire)
    assert house.wakes_for(replace(robbery, crews=(crew,)))
    await house.open_fire(200, 200)
    await house.look()
    assert house.wakes_for(replace(fire, kind="robbery"))  # its plan stands yet


async def test_a_fire_that_is_new_is_planned_alone_and_a_crew_that_is_sent_plans_them_all():
    house = House()
    await house.open_fire(200, 200)
    house.finding.hear(house.entries[-1])
    await house.finding.build()
    await house.finding.turn()
    house.clock.forward(1)
    await house.open_fire(400, 400, id="I2")
    house.finding.hear(house.entries[-1])
    await house.finding.turn()
    assert house.ages_s() == {"I1": 1, "I2": 0}
    house.clock.forward(1)
    house.see("E1", 0, 0)
    await house.flow.order(SendCrew(incident="I2", unit="E1", by="lee"))
    await house.finding.turn()
    assert house.ages_s() == {"I1": 0, "I2": 0}
    house.clock.forward(2)
    await house.finding.turn()
    assert house.ages_s() == {"I1": 2, "I2": 2}
    house.clock.forward(1)
    await house.finding.turn()
    assert house.ages_s() == {"I1": 0, "I2": 0}


async def closed(house, *spots, version=0):
    at = tuple((place(*spot).lon, place(*spot).lat) for spot in spots)
    body = Closure(name="화재 통제", at=at) if spots else None
    order = Revise(kind=RecordKind.CLOSURE, id="c1", body=body, version=version, by="lee", note="소방 통제선")
    house.finding._wake.clear()
    await house.flow.order(order)
    assert house.finding._wake.is_set()  # it is looked at at once, not at the next round
    return await house.look()


async def test_a_closure_on_the_way_turns_the_crew_onto_another_with_the_next_number_and_opening_it_turns_it_back():
    house = House()
    await house.open_fire(400, 0)
    house.see("E1", 0, 0)
    await house.flow.order(SendCrew(incident="I1", unit="E1", by="lee"))
    before = (await house.look()).ways[0]
    plan = await closed(house, (250, 0))
    after = plan.ways[0]
    assert plan.closures == ("c1",)
    assert after.number == 2
    assert after.length_m > before.length_m + 100
    assert all(abs(lon - place(250, 0).lon) > 1e-4 or abs(lat - place(0, 0).lat) > 1e-4 for lon, lat in after.line)
    back = (await closed(house, version=1)).ways[0]
    assert (back.number, back.line) == (3, before.line)


async def test_a_jam_that_a_detector_tells_turns_the_crew_and_is_forgotten_when_it_tells_no_more():
    house = House()
    await house.open_fire(400, 0)
    house.see("E1", 0, 0)
    await house.flow.order(SendCrew(incident="I1", unit="E1", by="lee"))
    free = (await house.look()).ways[0]
    house.traffic = [a_detector("V-1", 0.3, x=250, y=0, at_ms=int(house.clock().timestamp() * 1000))]
    jammed = (await house.look()).ways[0]
    assert jammed.length_m > free.length_m + 100
    house.clock.forward(301)
    house.see("E1", 0, 0)
    assert (await house.look()).ways[0].line == free.line


async def test_driving_on_along_the_way_is_no_other_way():
    house = House()
    await house.open_fire(400, 0)
    house.see("E1", 0, 0)
    await house.flow.order(SendCrew(incident="I1", unit="E1", by="lee"))
    await house.look()
    for x in (60, 130, 250):
        house.clock.forward(8)
        house.see("E1", x, 0)
        way = (await house.look()).ways[0]
    assert (way.number, way.length_m) == (1, pytest.approx(150, abs=2))


async def test_a_crew_that_falls_silent_keeps_its_last_way_marked_and_is_no_candidate():
    house = House()
    await house.open_fire(400, 0)
    house.see("E1", 0, 0)
    await house.flow.order(SendCrew(incident="I1", unit="E1", by="lee"))
    last = (await house.look()).ways[0]
    house.clock.forward(121)
    plan = await house.look()
    assert plan.ways[0] == replace(last, doubts=(*last.doubts, Doubt.SILENT))
    assert [(one.problem, one.eta) for one in plan.candidates] == [("dispatch.silent", None)]


async def test_a_leap_of_a_receiver_does_not_turn_the_crew_round():
    house = House()
    await house.open_fire(400, 0)
    house.see("E1", 100, 0)
    await house.flow.order(SendCrew(incident="I1", unit="E1", by="lee"))
    last = (await house.look()).ways[0]
    house.clock.forward(2)
    house.see("E1", 400, 400)
    way = (await house.look()).ways[0]
    assert (way.number, way.line) == (1, last.line)
    assert Doubt.JUMPED in way.doubts


async def test_a_case_that_ends_takes_its_plan_and_its_ways_with_it():
    house = House()
    case = await house.open_fire(400, 0)
    house.see("E1", 0, 0)
    await house.flow.order(SendCrew(incident="I1", unit="E1", by="lee"))
    await house.look()
    over = replace(house.board.incidents[case.id], state=State.CLOSED)
    change = Change(what=What.CLOSED, incident=over, at=house.clock(), by="lee")
    house.board.apply(Recorded(seq=99, entry=Entry(changes=(change,))))
    await house.finding.plan()
    assert (house.finding.plans.plans, house.finding.plans.ways) == ({}, {})
