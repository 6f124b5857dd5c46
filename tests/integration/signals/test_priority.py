"""Crews, the city's part and simulated controllers over real HTTP: from a way to green, and every way it can fail."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bongsu.core.clock import monotonic, wall_clock
from bongsu.core.ledger import Act
from bongsu.core.signal import OVER, Light, PriorityState, VehicleClass
from bongsu.desk.priority import Terms
from bongsu.gateways.signals import Controllers
from bongsu.signalling import run
from bongsu.signalling.run import Signalling
from bongsu.signalling.station import Means
from fakes.platform import FakeLedger
from fakes.signals import KEY, QUICK, a_crossing, a_junction, a_signal, a_street, an_ask, eight_phases, now_ms

LOOPBACK = ("127.0.0.0/8",)
PHASES = eight_phases(**QUICK)
EAST = {"from_bearing_deg": 90.0, "to_bearing_deg": 90.0}


class City:
    """The city's part with its register, the crews that cross, and the ledger it writes."""

    def __init__(self, url, ledger=None, *, key=KEY, networks=LOOPBACK, lease_ms=1_500, names=("S1",), timeout_s=0.5):
        self.ledger = ledger or FakeLedger()
        self.signals = {name: a_signal(f"{url}/{name}", phases=PHASES) for name in names}
        self.crossings = []
        self.took = []
        lines = Controllers(networks, key=key, timeout_s=timeout_s, monotonic=monotonic)
        terms = Terms(lease_ms=lease_ms, barred_ms=60_000)
        means = Means(lines, city="C", note=self.ledger.note, now=wall_clock, terms=terms, took=self.took.append)
        self.part = Signalling(means, lambda: self.signals, lambda: self.crossings)

    def rows(self, act=None):
        return [row.reason for row in self.ledger.rows if act is None or row.act is act]

    @property
    def shown(self):
        return {one.id: one for one in self.part.shown()}

    @property
    def asks(self):
        return [ask for one in self.part.shown() for ask in one.asks]

    @property
    def waiting(self):
        return [(wait.unit, wait.why) for one in self.part.shown() for wait in one.waiting]


@asynccontextmanager
async def running(city):
    task = asyncio.create_task(city.part.run())
    try:
        yield city
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds, within_s=20.0):
    end_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end_s, "it did not come to that"
        await asyncio.sleep(0.02)


def is_green(cabinet, phase):
    return any(ring.phase == phase and ring.light is Light.GREEN for ring in cabinet.state.rings)


def standing(cabinet):
    return [ask for ask in cabinet.state.asks if ask.state not in OVER]


async def test_a_crew_on_its_way_gets_its_green_and_gives_it_back():
    async with a_street(a_junction(phases=PHASES)) as (street, url), running(City(url)) as city:
        cabinet = street.cabinets["S1"]
        city.crossings = [a_crossing(now_ms(), 4, **EAST)]
        await until(lambda: city.asks and city.asks[0].green_from_ms is not None)
        assert is_green(cabinet, 4)
        city.crossings = []
        await until(lambda: city.rows(Act.SIGNAL_END))
        assert standing(cabinet) == []
    assert city.rows(Act.SIGNAL_ASK)[0].startswith("S1 phase 4 E1 fire: new v")
    assert "S1 phase 4 E1 fire: green" in city.rows(Act.SIGNAL_EFFECT)
    assert city.rows(Act.SIGNAL_END) == ["S1 phase 4 E1 fire: crossed"]
    assert city.ledger.rows[-1].span.count("Z/") == 1
    assert city.ledger.rows[0].incident == "I1"


async def test_the_ledger_comes_first_and_without_it_nothing_is_asked():
    async with a_street(a_junction(phases=PHASES)) as (street, url), running(City(url)) as city:
        city.ledger.broken = True
        city.crossings = [a_crossing(now_ms(), 4)]
        await asyncio.sleep(1.0)
        assert street.cabinets["S1"].state.asks == ()
        city.ledger.broken = False
        await until(lambda: standing(street.cabinets["S1"]))


async def test_a_refusal_is_named_recorded_and_not_asked_again():
    async with a_street(a_junction(phases=PHASES)) as (street, url), running(City(url)) as city:
        street.cabinets["S1"].refuse(True)
        city.crossings = [a_crossing(now_ms(), 4)]
        await until(lambda: city.rows(Act.SIGNAL_END))
        await until(lambda: city.waiting == [("E1", "refused")])
    assert city.rows(Act.SIGNAL_END) == ["S1 phase 2 E1 fire: refused switched_off"]
    assert city.part.figures()["bongsu_signal_refusals"] == 1


async def test_a_deaf_controller_is_named_left_alone_and_holds_up_no_other():
    names = ("S1", "S2")
    junctions = [a_junction(name, phases=PHASES) for name in names]
    async with a_street(*junctions) as (street, url), running(City(url, names=names)) as city:
        await until(lambda: all(one.mode for one in city.shown.values()) and len(city.shown) == 2)
        street.cabinets["S1"].deaf = True
        start = now_ms()
        city.crossings = [a_crossing(start, 6), a_crossing(start, 6, unit="E2", signal="S2")]
        await until(lambda: standing(street.cabinets["S2"]), within_s=3.0)
        await until(lambda: city.shown["S1"].trouble == "signal.silent")
        await until(lambda: city.part.figures()["bongsu_signal_failures"] == 3)
        await asyncio.sleep(0.8)
        assert city.part.figures()["bongsu_signal_failures"] == 3
        assert "S1 phase 2 E1 fire: signal.silent" in city.rows(Act.SIGNAL_EFFECT)
        assert city.shown["S2"].trouble == ""


@pytest.mark.parametrize(
    "more, code",
    [
        ({"networks": ("10.0.0.0/8",)}, "signal.outside"),
        ({"networks": ()}, "signal.outside"),
        ({"key": "another-key-that-nobody-knows"}, "signal.locked"),
    ],
)
async def test_a_line_that_cannot_be_used_says_why(more, code):
    async with a_street(a_junction(phases=PHASES)) as (street, url), running(City(url, **more)) as city:
        city.crossings = [a_crossing(now_ms(), 4)]
        await until(lambda: city.shown and city.shown["S1"].trouble == code)
        assert street.cabinets["S1"].state.asks == ()


async def test_a_controller_that_answers_something_else_or_nothing_at_all_says_why():
    async def gibberish(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
        await writer.drain()
        writer.close()

    other = await asyncio.start_server(gibberish, "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    async with running(City(f"http://127.0.0.1:{port}")) as city:
        await until(lambda: city.shown and city.shown["S1"].trouble == "signal.garbled")
        other.close()
        await other.wait_closed()
        city.crossings = [a_crossing(now_ms(), 30)]
        await until(lambda: city.shown["S1"].trouble == "signal.unreachable", within_s=30.0)


async def test_two_crews_on_crossing_ways_are_let_through_one_after_the_other():
    async with a_street(a_junction(phases=PHASES)) as (street, url), running(City(url)) as city:
        cabinet, start = street.cabinets["S1"], now_ms()
        first = a_crossing(start, 3, leaves_ms=start + 6_000)
        city.crossings = [first, a_crossing(start, 5, unit="E2", leaves_ms=start + 60_000, **EAST)]
        await until(lambda: is_green(cabinet, 2) and city.asks and city.waiting)
        assert [one.unit for one in city.asks] == ["E1"]
        assert city.waiting == [("E2", "yielded")]
        assert [ask.key for ask in standing(cabinet)] == ["C:I1:E1"]
        await until(lambda: is_green(cabinet, 4) and cabinet.state.active is not None)
        assert cabinet.state.active.key == "C:I1:E2"
    ends = city.rows(Act.SIGNAL_END)
    assert ends in (["S1 phase 2 E1 fire: crossed"], ["S1 phase 2 E1 fire: served"])


async def test_a_fire_engine_takes_the_junction_from_a_patrol_car():
    async with a_street(a_junction(phases=PHASES)) as (street, url), running(City(url)) as city:
        cabinet, start = street.cabinets["S1"], now_ms()
        car = a_crossing(start, 3, unit="P1", vehicle=VehicleClass.POLICE, leaves_ms=start + 60_000)
        city.crossings = [car]
        await until(lambda: is_green(cabinet, 2) and cabinet.state.active is not None)
        city.crossings = [car, a_crossing(now_ms(), 3, leaves_ms=now_ms() + 60_000, **EAST)]
        await until(lambda: is_green(cabinet, 4) and cabinet.state.active is not None)
        assert [ask.key for ask in standing(cabinet)] == ["C:I1:E1"]
    assert "S1 phase 2 P1 police: yielded" in city.rows(Act.SIGNAL_END)


async def test_a_core_that_dies_leaves_nothing_hanging():
    async with a_street(a_junction(phases=PHASES)) as (street, url):
        cabinet = street.cabinets["S1"]
        async with running(City(url)) as city:
            city.crossings = [a_crossing(now_ms(), 2, leaves_ms=now_ms() + 300_000)]
            await until(lambda: standing(cabinet))
        await until(lambda: not standing(cabinet), within_s=5.0)
        assert cabinet.state.asks[0].why == "lease_over"


async def test_a_core_that_comes_back_ends_what_it_left_and_asks_anew():
    async with a_street(a_junction(phases=PHASES)) as (street, url):
        cabinet = street.cabinets["S1"]
        async with running(City(url, lease_ms=60_000)) as before:
            before.crossings = [a_crossing(now_ms(), 2, leaves_ms=now_ms() + 300_000)]
            await until(lambda: standing(cabinet))
        async with running(City(url, before.ledger)) as after:
            await until(lambda: after.rows()[-1] == "S1 phase 2 E1: restart")
            assert standing(cabinet) == []
            assert after.ledger.rows[-1].incident == "I1"
            after.crossings = before.crossings
            await until(lambda: cabinet.state.active is not None)


async def test_another_citys_request_is_left_alone():
    async with a_street(a_junction(phases=PHASES)) as (street, url):
        cabinet = street.cabinets["S1"]
        theirs = Controllers(LOOPBACK, key=KEY, timeout_s=2.0, monotonic=monotonic)
        word = await theirs.ask("S1", f"{url}/S1", an_ask(now_ms(), key="D:I9:E9"), now_ms())
        assert word.state in (PriorityState.QUEUED, PriorityState.ACTIVE)
        async with running(City(url)) as city:
            await until(lambda: city.shown and city.shown["S1"].mode)
            assert [ask.key for ask in standing(cabinet)] == ["D:I9:E9"]
        await theirs.close()


async def test_a_controller_that_was_started_again_is_asked_again():
    junction = a_junction(phases=PHASES)
    async with a_street(junction) as (street, url), running(City(url)) as city:
        city.crossings = [a_crossing(now_ms(), 5, leaves_ms=now_ms() + 300_000)]
        await until(lambda: standing(street.cabinets["S1"]))
        street.cabinets["S1"] = type(street.cabinets["S1"])(junction, now_ms)
        await until(lambda: standing(street.cabinets["S1"]))
        await until(lambda: street.cabinets["S1"].state.active is not None)


async def test_a_signal_taken_from_the_register_is_let_go_of():
    async with a_street(a_junction(phases=PHASES)) as (street, url), running(City(url)) as city:
        city.crossings = [a_crossing(now_ms(), 5, leaves_ms=now_ms() + 300_000)]
        await until(lambda: standing(street.cabinets["S1"]))
        city.signals = {}
        await until(lambda: not standing(street.cabinets["S1"]) and not city.shown)


async def test_from_a_way_to_the_controllers_answer_takes_no_second():
    async with a_street(a_junction(phases=PHASES)) as (street, url), running(City(url)) as city:
        await until(lambda: city.shown and city.shown["S1"].mode)
        for turn in range(8):
            city.crossings = [a_crossing(now_ms(), 20, unit=f"E{turn}")]
            await until(lambda turn=turn: len(city.took) > turn)
        assert statistics.median(city.took) < 1.0


async def test_a_switch_that_fails_is_a_line_in_the_log_and_not_one_for_each_junction(monkeypatch):
    monkeypatch.setattr(run, "LOOKS_A_WORD", 5)
    names = tuple(f"S{n}" for n in range(60))
    city = City("http://127.0.0.1:9", names=names)
    with capture_logs() as logged:
        async with running(city):
            async with asyncio.timeout(20):
                while not logged or logged[-1]["count"] < len(names):
                    await asyncio.sleep(0.05)
    assert len(logged) < 10
    assert (logged[0]["event"], logged[0]["code"]) == ("signal.line", city.shown["S0"].trouble)
