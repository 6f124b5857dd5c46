"""Who is there first by the streets: against an oracle that shares no code, and in every way that can go wrong."""

from __future__ import annotations

import random

import numpy as np
import pytest
from msgspec.structs import replace
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bongsu.city import City
from bongsu.city.roads.classes import CLASSES
from bongsu.city.roads.streets import streets_of
from bongsu.core.asset import Facility, FacilityKind, Ground, UnitKind
from bongsu.core.dispatch import Doubt
from bongsu.core.geo import distance_m
from bongsu.services.fire_dispatch.plan import plan
from bongsu.services.fire_dispatch.respond import Settings
from bongsu.settings import CameraSettings
from fakes.city import a_camera
from fakes.dispatch import NOON_MS, a_crew, a_fire, a_town, an_alley
from fakes.streets import a_grid, a_road, place

TERMS = Settings()
ENGINE_MPS = next(one.typical_kmh for one in CLASSES if one.name == "residential") / 3.6 * 1.15
"""What an engine does on a back street: 15 % more than cars (docs/explanation/roads.md)."""


def planned(city, case, *crews, terms=TERMS, now_ms=NOON_MS):
    return plan(case, crews, city.ways, city, terms, now_ms)


def test_the_crew_that_is_there_first_comes_first_and_not_the_nearest():
    # A river: the near bank's crew must drive round by the bridge far in the west.
    spots = {1: (0, 0), 2: (900, 0), 3: (0, 100), 4: (900, 100), 5: (1400, 100)}
    roads = [a_road(n, spots, *ends, width_m=8.0) for n, ends in enumerate([(1, 2), (1, 3), (3, 4), (4, 5)], 1)]
    near, far = a_crew("a-near", 890, 0), a_crew("z-far", 1390, 100)
    fire = a_fire(880, 100)
    assert distance_m(near.where, fire.where) < distance_m(far.where, fire.where)
    assert [one.unit for one in planned(a_town(roads), fire, near, far).candidates] == ["z-far", "a-near"]


def test_times_are_those_of_an_oracle_that_shares_no_code():
    # Turns cost more than nothing: a street without turns leaves only length and speed to be judged.
    corners = {n: (100.0 * n, 0.0) for n in range(1, 30)}
    roads = [a_road(n, corners, n, n + 1, width_m=8.0) for n in range(1, 29)]
    city, chance = a_town(roads), random.Random(4)
    streets = streets_of(Ground(roads=tuple(roads)))
    length = np.repeat(streets.length_m, 2)
    graph = csr_array((length, (streets.tail, streets.head)), shape=(len(streets.node_key),) * 2)
    metres = dijkstra(graph)
    at = {int(key): row for row, key in enumerate(streets.node_key)}
    for _ in range(20):
        start, goal = chance.sample(range(2, 29), 2)
        found = planned(city, a_fire(100 * goal, 0), a_crew("E", 100 * start, 0)).candidates[0]
        expected_ms = metres[at[start], at[goal]] / ENGINE_MPS * 1000
        assert found.eta.ms == pytest.approx(expected_ms, rel=0.001, abs=60)


def test_a_ladder_stops_at_the_mouth_of_an_alley_too_narrow_for_it_and_says_how_far_it_is_from_there():
    city = a_town(an_alley(2.8))
    crews = (a_crew("E", 10, 0, vehicle="ambulance"), a_crew("L", 10, 0, vehicle="ladder"))
    found = {one.unit: one for one in planned(city, a_fire(150, 180, "E", "L"), *crews).ways}
    assert max(lat for _, lat in found["L"].line) < place(0, 20).lat
    assert found["L"].short_m == pytest.approx(180, abs=2)
    assert found["E"].short_m < 1
    assert [(one.width_m, one.known, one.name) for one in found["E"].narrow] == [(2.8, True, "좁은길")]
    assert found["E"].narrow[0].at_m == pytest.approx(140, abs=1)
    assert found["E"].narrow[0].length_m == pytest.approx(180, abs=1)


def test_a_way_says_its_turns_its_junctions_with_their_times_and_that_widths_are_assumed():
    way = planned(a_town(an_alley(None)), a_fire(150, 180, "E"), a_crew("E", 10, 0)).ways[0]
    assert [turn.bend for turn in way.turns] == ["start", "left", "arrive"]
    assert way.turns[1].name == "좁은길"
    (crossing,) = way.crossings
    assert (crossing.at_m, crossing.from_deg, crossing.to_deg) == pytest.approx((140, 90, 0), abs=0.5)
    assert 0 < crossing.at_ms < way.eta.ms
    assert Doubt.WIDTHS in way.doubts


def test_a_time_is_surer_on_roads_of_known_speed_and_less_sure_the_older_the_position():
    city, fire = a_town(), a_fire(400, 400)
    before = planned(city, fire, a_crew("E", 0, 0, age_ms=0)).candidates[0]
    old = planned(city, fire, a_crew("E", 0, 0, age_ms=40_000)).candidates[0]
    every = np.arange(city.ways.streets.arcs)
    city.ways.live.hear(every, np.full(len(every), 5.0), np.full(len(every), NOON_MS))
    live = planned(city, fire, a_crew("E", 0, 0, age_ms=0)).candidates[0]

    def spread(one):
        return (one.eta.high_ms - one.eta.low_ms) / one.eta.ms

    assert Doubt.TYPICAL in before.doubts
    assert Doubt.TYPICAL not in live.doubts
    assert spread(live) < spread(before) < spread(old)
    assert Doubt.OLD in old.doubts
    assert old.eta.high_ms - before.eta.high_ms == 40_000
    assert before.eta.low_ms - old.eta.low_ms == 40_000
    assert all(one.eta.low_ms < one.eta.ms < one.eta.high_ms for one in (before, old, live))


def test_speeds_that_grew_stale_are_said_to_be():
    city = a_town()
    every = np.arange(city.ways.streets.arcs)
    city.ways.live.hear(every, np.full(len(every), 5.0), np.full(len(every), NOON_MS - 301_000))
    assert Doubt.STALE in planned(city, a_fire(400, 400), a_crew("E", 0, 0)).candidates[0].doubts


def test_a_silent_crew_one_off_the_map_and_one_cut_off_have_no_time_but_a_reason():
    spots, roads = a_grid(3, width_m=8.0)
    island = {91: (5000, 0), 92: (5100, 0), 93: (5200, 0)}
    city = a_town([*roads, a_road(991, island, 91, 92), a_road(992, island, 92, 93)])
    crews = (a_crew("silent", 0, 0, age_ms=121_000), a_crew("away", 3000, 3000), a_crew("there", 0, 0))
    found = {one.unit: one for one in planned(city, a_fire(200, 200), *crews).candidates}
    assert (found["silent"].problem, found["silent"].eta) == ("dispatch.silent", None)
    assert Doubt.SILENT in found["silent"].doubts
    assert found["away"].problem == "roads.off_map"
    assert found["there"].problem == ""


def test_behind_a_closure_there_is_no_way_and_nothing_is_drawn_instead():
    spots = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0)}
    city = a_town([a_road(n, spots, n, n + 1, width_m=8.0) for n in (1, 2, 3)])
    middle = [
        arc for arc in range(city.ways.streets.arcs) if city.ways.streets.road_id[city.ways.streets.road[arc >> 1]] == 2
    ]
    city.ways.live.close(np.array(middle))
    (way,) = planned(city, a_fire(290, 0, "E"), a_crew("E", 10, 0)).ways
    assert (way.problem, way.line, way.turns, way.eta) == ("roads.disconnected", (), (), None)


def test_without_streets_or_a_place_nobody_gets_a_time():
    city = City([a_camera("C1")], Ground(), CameraSettings())
    assert planned(city, a_fire(0, 0), a_crew("E", 0, 0)).problem == "roads.building"
    nowhere = replace(a_fire(0, 0), where=None)
    assert planned(a_town(), nowhere, a_crew("E", 0, 0)).problem == "dispatch.nowhere"


def test_only_crews_that_fit_are_candidates_and_who_is_sent_is_always_shown():
    crews = [a_crew(f"E{n}", 4 * n, 0) for n in range(30)]
    police = a_crew("P", 0, 0, kind=UnitKind.PATROL)
    shown = planned(a_town(), a_fire(0, 0, "E29"), *crews, police).candidates
    assert len(shown) == TERMS.candidates + 1
    assert [one.unit for one in shown if one.sent] == ["E29"]
    assert "P" not in {one.unit for one in shown}


def test_hydrants_and_hazardous_places_near_the_fire_are_told_and_others_not():
    def stands(id, kind, x):
        return Facility(id=id, kind=kind, name=id, where=place(x, 0), phone="02-119", more={"물질": "LPG"})

    register = (
        stands("H1", FacilityKind.HYDRANT, 50),
        stands("H2", FacilityKind.HYDRANT, 2000),
        stands("R1", FacilityKind.RISK_SPOT, 80),
    )
    found = planned(a_town(facilities=register), a_fire(0, 0))
    assert [(one.id, round(one.distance_m)) for one in found.hydrants] == [("H1", 50)]
    assert [(one.id, one.phone, one.more) for one in found.hazards] == [("R1", "02-119", {"물질": "LPG"})]


def test_cameras_beside_the_approach_come_in_the_order_one_passes_them():
    def stands(id, x):
        return replace(a_camera(id), where=place(x, 8))

    city = a_town(an_alley(8.0), [stands("late", 120), stands("early", 30), stands("elsewhere", 290)])
    way = planned(city, a_fire(150, 180, "E"), a_crew("E", 10, 0)).ways[0]
    assert [one.camera for one in way.cameras] == ["early", "late"]
    assert way.cameras[0].at_m < way.cameras[1].at_m
