"""What screens show of devices: who is on the map and where, and that after the first time only changes are told."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from msgspec.structs import replace

from bongsu.core.asking import ListSpots, SpotNews
from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.device import Device, DeviceKind
from bongsu.core.geo import Point
from bongsu.core.register import register_of
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.shown import Shown

HERE, THERE = (127.0, 37.5), (127.3, 37.6)


def a_device(name: str, **more) -> Device:
    return Device(id=name, kind=DeviceKind.OTHER, observes=("fill", "battery"), where=Point(*HERE), **more)


def around(point, **more):
    return ListSpots(west=point[0] - 0.01, south=point[1] - 0.01, east=point[0] + 0.01, north=point[1] + 0.01, **more)


class City:
    """Devices, what they told last, and what the core was told of it."""

    def __init__(self, *devices: Device) -> None:
        self.latest, self.told, self.room = Latest(), [], True
        self.use(*devices)
        tell = lambda number, news: self.told.append((number, news))  # noqa: E731
        self.shown = Shown(lambda: self.register, self.latest, tell, lambda: self.room)

    def use(self, *devices: Device) -> None:
        self.register = register_of(devices)
        self.latest.grow(self.register)

    def hear(self, *results: tuple[str, float], places: tuple[tuple[str, float, float], ...] = (), at_ms: int = 7):
        streams = np.array([self.register.stream_row[name]["fill"] for name, _ in results], np.int32)
        owners = np.array([self.register.device_row[name] for name, _ in results], np.int32)
        heard = Results(streams, owners, np.array([one for _, one in results]), np.full(len(results), at_ms))
        moved = np.array([self.register.device_row[name] for name, *_ in places], np.int32)
        where = Places(
            moved, *(np.array([one[n] for one in places], float) for n in (1, 2)), np.full(len(moved), at_ms)
        )
        self.latest.see(Telemetry(heard, where, at_ms))

    async def turn(self, *, again: bool = False) -> list[tuple[int, SpotNews]]:
        await self.shown.turn(again=again)
        told, self.told = self.told, []
        return told

    async def see(self, asked: ListSpots) -> SpotNews:
        self.shown.show({1: asked})
        return (await self.turn())[0][1]


def names(news: SpotNews) -> list[str]:
    return [one.device for one in news.spots]


async def test_a_device_is_on_the_map_where_it_told_that_it_is_and_else_where_it_is_registered():
    city = City(a_device("A"), a_device("B"))
    city.hear(places=(("B", *THERE),))
    assert [(one.device, one.heard_ms) for one in (await city.see(around(HERE))).spots] == [("A", 0)]
    assert [(one.device, one.lon, one.heard_ms) for one in (await city.see(around(THERE))).spots] == [("B", 127.3, 7)]


async def test_a_ward_s_device_shows_only_under_its_site_never_where_it_went_and_never_what_it_told():
    city = City(a_device("W", site="s", ward="w"))
    city.hear(("W", 4.0), places=(("W", *THERE),))
    assert names(await city.see(around(HERE))) == []
    assert names(await city.see(around(HERE, sites=("t",)))) == []
    assert names(await city.see(ListSpots(devices=("W",)))) == []
    assert names(await city.see(around(THERE, sites=("s",)))) == []
    for asked in (around(HERE, sites=("s",)), ListSpots(devices=("W",), sites=("s",))):
        spot = (await city.see(asked)).spots[0]
        assert (spot.device, spot.lon, spot.readings) == ("W", 127.0, ())


async def test_a_box_that_holds_more_than_is_given_says_so():
    city = City(*(a_device(f"D{n}") for n in range(3)))
    seen = [await city.see(around(HERE, at_most=n)) for n in (2, 3)]
    assert [(len(one.spots), one.more) for one in seen] == [(2, True), (3, False)]


async def test_devices_may_be_asked_for_by_name_also_where_nobody_knows_their_place():
    city = City(a_device("A"), Device(id="N", kind=DeviceKind.OTHER, observes=("fill",)))
    news = await city.see(ListSpots(devices=("N", "unknown", "N")))
    assert [(one.device, one.lon, one.lat) for one in news.spots] == [("N", None, None)]


async def test_a_part_of_the_platform_may_ask_for_a_kind_and_be_told_all_of_it():
    lots = [a_device(f"D{n}") for n in range(2_100)]
    detector = Device(id="V", kind=DeviceKind.TRAFFIC_DETECTOR, observes=("speed", "fill"), heading_deg=92.5)
    city = City(*lots, replace(detector, where=Point(*THERE)))
    news = await city.see(ListSpots(kinds=(DeviceKind.TRAFFIC_DETECTOR,), at_most=20_000))
    assert [(one.device, one.heading_deg) for one in news.spots] == [("V", 92.5)]
    every = await city.see(ListSpots(kinds=(DeviceKind.OTHER,), at_most=20_000))
    assert (len(every.spots), every.more) == (2_100, False)


async def test_what_stands_is_told_whole_and_then_only_what_was_heard():
    city = City(a_device("A"), a_device("B"))
    city.hear(("A", 1.0))
    first = await city.see(around(HERE))
    assert (first.whole, names(first)) == (True, ["A", "B"])
    assert [(one.observed_property, one.result, one.time_ms) for one in first.spots[0].readings] == [("fill", 1.0, 7)]
    assert await city.turn() == []
    city.hear(("B", 0.5), at_ms=8)
    city.hear(("B", 0.6), at_ms=9)
    [(number, news)] = await city.turn()
    assert (number, news.whole, names(news), news.spots[0].readings[0].result) == (1, False, ["B"], 0.6)


async def test_a_doubt_is_told_and_so_is_who_came_into_the_box_or_left_it():
    city = City(a_device("A"), a_device("B"))
    city.hear(places=(("B", *THERE),))
    assert names(await city.see(around(HERE))) == ["A"]
    city.latest.doubt(np.array([0], np.int32), np.array([Reason.OUT_OF_RANGE], np.int8))
    assert [(names(news), news.spots[0].trouble) for _, news in await city.turn()] == [(["A"], "out_of_range")]
    city.hear(places=(("A", *THERE), ("B", *HERE)), at_ms=8)
    [(_, news)] = await city.turn(again=True)
    assert (names(news), news.gone) == (["B"], ("A",))


async def test_a_new_register_is_looked_through_at_the_next_turn():
    city = City(a_device("A"))
    await city.see(around(HERE))
    city.use(a_device("A"), a_device("C"))
    assert [names(news) for _, news in await city.turn()] == [["C"]]


async def test_while_the_line_is_full_nothing_is_told_and_then_each_device_once():
    city = City(a_device("A"))
    await city.see(around(HERE))
    city.room = False
    for result in range(5):
        city.hear(("A", float(result)), at_ms=result + 1)
        assert await city.turn() == []
    city.room = True
    [(_, news)] = await city.turn()
    assert [one.result for one in news.spots[0].readings] == [4.0]


@pytest.mark.parametrize("over", [{1: None}, None])
async def test_a_show_that_is_over_is_told_no_more(over):
    city = City(a_device("A"))
    await city.see(around(HERE))
    city.shown.show(over)
    city.hear(("A", 3.0))
    assert await city.turn(again=True) == []


async def test_a_new_show_is_told_without_waiting_for_the_turn():
    city = City(a_device("A"))
    running = asyncio.create_task(city.shown.run())
    city.shown.show({1: around(HERE)})
    async with asyncio.timeout(0.5):  # half a turn
        while not city.told:
            await asyncio.sleep(0.005)
    running.cancel()
    assert city.told[0][1].whole
