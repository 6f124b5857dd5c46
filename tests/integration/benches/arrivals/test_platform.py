"""The product's core in lockstep with a toy street: a call is answered, closures turn crews, lights turn green."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from bongsu.benches.arrivals.controllers import Controllers
from bongsu.benches.arrivals.kinds import Arms, Blocked
from bongsu.benches.arrivals.made import made_extract
from bongsu.benches.arrivals.platform import platform
from integration.benches.arrivals.toy import BEGINS, Toy, a_call, corner, engine, junction, plain

ALL = Arms(station_choice=True, live_route=True, preemption=True)
ROUND_THE_RIVER, BESIDE = engine("E1", 2, 4), engine("E2", 2, 8)
"""Of a fire at corner (2, 5) the first is one block away, with a river between and a kilometre to drive."""
CALL = a_call(5, 2, 5)


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    return made_extract(tmp_path_factory.mktemp("city"))


@asynccontextmanager
async def a_street(extract, folder, arms=ALL, rigs=(ROUND_THE_RIVER, BESIDE), junctions=()):
    async with platform(extract, rigs, junctions, arms, folder, BEGINS) as city:
        yield Toy(city, rigs)


async def test_the_crew_that_is_there_first_is_sent_at_once_and_drives_there_along_its_way(extract, tmp_path):
    async with a_street(extract, tmp_path / "run") as street:
        ((at_s, order), *_) = await street.run(70, [CALL])
        assert (at_s, order.call, order.unit) == (5, CALL.id, "E2")
        assert near(order.way[0], BESIDE.home)
        assert near(order.way[-1], CALL.place)
        assert street.fix(BESIDE, 70).status == "there"
        assert near(street.ways["E2"][0], CALL.place)
        assert street.seen[70 - 1] == {}  # no junction is registered


async def test_without_the_choice_of_stations_the_nearest_as_the_crow_flies_is_sent(extract, tmp_path):
    arms = Arms(live_route=True)
    async with a_street(extract, tmp_path / "run", arms) as street:
        ((_, order), *_) = await street.run(8, [CALL])
        assert order.unit == "E1"
        assert any(near(place, corner(0, 4)) or near(place, corner(4, 4)) for place in order.way)  # over a bridge


async def test_a_closure_that_becomes_known_turns_the_crew_only_where_it_is_told_live_ways(extract, tmp_path):
    told = Blocked("works", (corner(2, 5.5),), since_s=0, known_s=15)
    async with a_street(extract, tmp_path / "live") as street:
        orders = await street.run(30, [CALL], [told])
        (first, turned) = [order.way for _, order in orders]
        assert [at_s for at_s, _ in orders] == [5, 15]
        assert any(near(place, corner(2, 6)) for place in first)
        assert not any(near(place, corner(2, 5.5)) for place in turned)
        assert any(near(place, corner(3, 6)) or near(place, corner(1, 6)) for place in turned)
    async with a_street(extract, tmp_path / "still", Arms(station_choice=True)) as street:
        assert len(await street.run(30, [CALL], [told])) == 1


async def test_a_second_call_gets_the_crew_that_is_left_and_a_third_waits_in_vain(extract, tmp_path):
    calls = [CALL, *(replace_id(a_call(9, 6, 7), "call-2"), replace_id(a_call(9, 8, 8), "call-3"))]
    async with a_street(extract, tmp_path / "run") as street:
        orders = await street.run(20, calls)
        assert [(order.call, order.unit) for _, order in first_of_each(orders)] == [(CALL.id, "E2"), ("call-2", "E1")]


async def test_lights_turn_green_before_the_crew_comes_and_find_their_plan_again(extract, tmp_path):
    here = junction("J", 2, 7)
    async with a_street(extract, tmp_path / "run", junctions=[here]) as street:
        await street.run(170, [a_call(100, 2, 5)])
        lights = [street.seen[at_s]["J"] for at_s in range(170)]
        crossed_s = 100 + round(200 / street.mps)
        assert lights[crossed_s] == "GrGr"
        assert all(lights[at_s] == "GrGr" for at_s in range(crossed_s - 2, crossed_s + 2))
        begins_ms = int(BEGINS.timestamp() * 1000)
        unasked = [Controllers([here]).at(begins_ms + at_s * 1000)["J"] for at_s in range(170)]
        assert lights[:100] == unasked[:100]
        assert lights[100:130] != unasked[100:130]
    async with a_street(extract, tmp_path / "without", Arms(station_choice=True), junctions=[here]) as street:
        await street.run(10, [CALL])
        assert set(map(str, street.seen.values())) == {"{}"}


async def test_junctions_named_as_sumo_names_joined_ones_are_registered_and_turn_green_too(extract, tmp_path):
    here = junction("cluster_106136_1472592659_1472592665_1472592671_1472592677_#1more", 2, 7)
    async with a_street(extract, tmp_path / "run", junctions=[here]) as street:
        await street.run(130, [a_call(100, 2, 5)])
        unasked = [Controllers([here]).at(int(BEGINS.timestamp() * 1000) + at_s * 1000) for at_s in range(130)]
        assert [street.seen[at_s] for at_s in range(100)] == unasked[:100]
        assert [street.seen[at_s] for at_s in range(100, 130)] != unasked[100:]


async def test_the_same_evening_twice_brings_the_same_orders_and_lights(extract, tmp_path):
    async def evening(name):
        async with a_street(extract, tmp_path / name, junctions=[junction("J", 2, 7), junction("K", 2, 6)]) as street:
            orders = await street.run(60, [CALL], [Blocked("works", (corner(2, 5.5),), 0, 12)])
            return plain(orders), street.seen

    assert await evening("once") == await evening("again")


def near(one, other, within_deg=0.0004) -> bool:
    return abs(one.lon - other.lon) < within_deg and abs(one.lat - other.lat) < within_deg


def replace_id(call, name):
    return type(call)(name, call.at_s, call.place)


def first_of_each(orders):
    return sorted({order.call: (at_s, order) for at_s, order in reversed(orders)}.values(), key=lambda one: one[0])
