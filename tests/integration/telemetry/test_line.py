"""Core and telemetry over their socket: what is told arrives, and a detection is told until it is kept."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from bongsu.core.asking import ListSpots, SpotNews
from bongsu.core.detection import Detection, Phase
from bongsu.core.device import Device, DeviceKind
from bongsu.core.errors import NotFound, Unavailable
from bongsu.gateways.telemetry.link import TelemetryLink
from bongsu.telemetry.line import CoreLine

ONE = Device(id="D-1", kind=DeviceKind.DOOR, observes=("door_open",), ward="W-1")
FOUND = Detection(
    rule="silence", site="home-1", device="D-1", kind="no_activity", phase=Phase.BEGAN, began_ms=1000, at_ms=2000
)


class Ends:
    """Both ends of a line, and what each was told."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.version = 0
        self.register = (1, [msgspec.msgpack.encode([ONE])])
        self.terms: list[tuple[dict, dict]] = []
        self.devices: list[list[Device]] = []
        self.kept: list[Detection] = []
        self.refusing = 0
        self.shows: dict = {}
        self.line = CoreLine(
            folder / "telemetry.sock", lambda: self.version, self.on_terms, self.on_devices, self.answer, self.on_show
        )
        self.link = TelemetryLink(folder / "telemetry.sock", lambda: ({"r": {"a": 1}}, {}), self.given, self.keep)

    async def given(self):
        return self.register

    def on_terms(self, rules, zones) -> None:
        self.terms.append((rules, zones))

    async def on_devices(self, version, devices) -> None:
        self.version = version
        self.devices.append(devices)

    def on_show(self, shows) -> None:
        self.shows = self.shows | shows if shows is not None else {}

    async def keep(self, detection) -> None:
        if self.refusing:
            self.refusing -= 1
            raise Unavailable("inbox.full")
        self.kept.append(detection)

    async def answer(self, question) -> object:
        asked = msgspec.json.decode(question)
        if asked == "nothing":
            raise NotFound("device.unknown", device="D-9")
        return {"echo": asked}


@pytest.fixture
async def ends(tmp_path):
    ends = Ends(tmp_path)
    server = await ends.line.listen()
    running = asyncio.create_task(ends.link.run())
    yield ends
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    server.close()


async def until(look):
    async with asyncio.timeout(10):
        while not look():
            await asyncio.sleep(0.01)


async def test_rules_and_the_register_are_told_on_connecting_and_when_they_change(ends):
    await until(lambda: ends.devices and ends.terms)
    assert ends.devices == [[ONE]]
    assert msgspec.json.decode(ends.terms[0][0]["r"]) == {"a": 1}
    ends.register = (
        2,
        [msgspec.msgpack.encode([ONE]), msgspec.msgpack.encode([msgspec.structs.replace(ONE, id="D-2")])],
    )
    ends.link.devices_changed()
    await until(lambda: len(ends.devices) == 2)
    assert [device.id for device in ends.devices[1]] == ["D-1", "D-2"]
    assert ends.version == 2


async def test_a_register_the_other_side_has_is_not_sent_again(ends):
    await until(lambda: ends.devices)
    ends.link.devices_changed()
    assert await ends.link.ask("after") == b'{"echo":"after"}'
    assert len(ends.devices) == 1


async def test_a_detection_is_told_again_until_it_is_kept_and_only_then_counts(ends):
    await until(lambda: ends.link.alive)
    ends.refusing = 2
    await asyncio.wait_for(ends.line.keep((FOUND,)), 10)
    assert ends.kept == [FOUND]


async def test_a_detection_found_while_the_core_is_away_waits_for_it(tmp_path):
    ends = Ends(tmp_path)
    server = await ends.line.listen()
    kept = asyncio.create_task(ends.line.keep((FOUND,)))
    await asyncio.sleep(0)
    assert not kept.done()
    running = asyncio.create_task(ends.link.run())
    await asyncio.wait_for(kept, 10)
    assert ends.kept == [FOUND]
    running.cancel()
    server.close()


async def test_a_question_is_answered_and_a_fault_keeps_its_name(ends):
    await until(lambda: ends.link.alive)
    assert await ends.link.ask({"of": 1}) == b'{"echo":{"of":1}}'
    with pytest.raises(NotFound) as told:
        await ends.link.ask("nothing")
    assert (told.value.code, told.value.facts) == ("device.unknown", {"device": "D-9"})


async def test_a_question_to_nobody_is_refused_at_once(tmp_path):
    link = TelemetryLink(tmp_path / "none.sock", lambda: ({}, {}), Ends(tmp_path).given, Ends(tmp_path).keep)
    with pytest.raises(Unavailable) as told:
        await link.ask("anybody")
    assert told.value.code == "telemetry.away"


async def test_a_process_that_ends_while_the_core_is_on_the_line_logs_no_fault(tmp_path):
    ends, faults = Ends(tmp_path), []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, told: faults.append(told))
    server = await ends.line.listen()
    before = asyncio.all_tasks()
    running = asyncio.create_task(ends.link.run())
    await until(lambda: ends.link.alive and ends.devices)
    for task in asyncio.all_tasks() - before:  # as the loop does at the end
        task.cancel()
    await asyncio.wait([running], timeout=10)
    await until(lambda: asyncio.all_tasks() <= before)
    server.close()
    assert faults == []


async def test_a_screen_that_looks_while_telemetry_is_away_is_told_so_at_once(ends):
    nobody = TelemetryLink(ends.folder / "none.sock", lambda: ({}, {}), ends.given, ends.keep)
    heard: list = []
    nobody.shows.open(ListSpots(devices=("D-1",)), heard.append)
    assert heard == [None]


async def test_what_a_screen_shows_is_asked_for_again_on_a_new_line_and_held_for_nothing_meanwhile(ends):
    await until(lambda: ends.link.alive)
    heard: list = []
    close = ends.link.shows.open(ListSpots(devices=("D-1",)), heard.append)
    await until(lambda: ends.shows == {1: ListSpots(devices=("D-1",))})
    news = SpotNews(gone=("D-1",), whole=True)
    ends.line.say_shown(1, news)
    await until(lambda: heard == [news])
    again = CoreLine(
        ends.folder / "telemetry.sock", lambda: 1, ends.on_terms, ends.on_devices, ends.answer, ends.on_show
    )
    other = await again.listen()
    ends.line._core.close()
    await until(lambda: heard == [news, None] and again.has_room())
    await until(lambda: ends.shows == {1: ListSpots(devices=("D-1",))})
    again.say_shown(1, news)
    await until(lambda: heard == [news, None, news])
    close()
    await until(lambda: ends.shows == {1: None})
    again.say_shown(1, news)
    assert await ends.link.ask("after") == b'{"echo":"after"}'
    assert heard == [news, None, news]
    other.close()
