"""What is told of latest values: what changed, never a ward's, no more than asked, and everybody's turn comes."""

from __future__ import annotations

import json

import numpy as np

from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.device import Device, DeviceKind
from bongsu.core.register import register_of
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.retained import Outgoing, closed_of

AT = 1_795_369_275_375


def a_device(name, **more):
    return Device(id=name, kind=DeviceKind.FIRE_DETECTOR, observes=("temperature",), **more)


class City:
    """A register, its latest state, and what is due out of it."""

    def __init__(self, *devices):
        self.latest, self.outgoing = Latest(), Outgoing()
        self.register = register_of(())
        self.renew(*devices)

    def renew(self, *devices):
        self.register = register_of(devices, self.register)
        self.latest.grow(self.register)
        self.outgoing.use(self.register, closed_of(self.register), self.latest)

    def hear(self, device, result, at_ms=AT):
        row = np.array([self.register.stream_row[device]["temperature"]], np.int32)
        results = Results(row, self.register.stream_device[row], np.array([result]), np.array([at_ms]))
        nowhere = np.zeros(0)
        news = Telemetry(results, Places(row[:0], nowhere, nowhere, np.zeros(0, np.int64)), at_ms)
        self.latest.see(news)
        self.outgoing.see(news)

    def told(self, at_most=100):
        return dict(self.outgoing.take(at_most, self.latest))


def test_a_value_is_told_once_and_again_only_when_it_changed():
    city = City(a_device("D-1"))
    city.hear("D-1", 21.5)
    told = city.told()
    assert {topic: json.loads(body) for topic, body in told.items()} == {
        "latest/D-1/temperature": {"result": 21.5, "unit": "Cel", "phenomenon_time_ms": AT}
    }
    city.hear("D-1", 21.5, AT + 1)
    assert city.told() == {}
    city.hear("D-1", 22.0, AT + 2)
    assert list(city.told()) == ["latest/D-1/temperature"]


def test_a_wards_value_is_never_told_and_what_a_former_run_told_is_taken_back():
    city = City(a_device("D-1", ward="W-1"), a_device("D-2"))
    city.hear("D-1", 21.5)
    city.hear("D-2", 20.0)
    told = city.told()
    assert told.pop("latest/D-1/temperature") == b""
    assert list(told) == ["latest/D-2/temperature"]
    city.hear("D-1", 25.0)
    assert city.told() == {}


def test_a_device_that_comes_to_protect_a_ward_or_goes_is_taken_back():
    city = City(a_device("D-1"), a_device("D-2"))
    city.hear("D-1", 21.5)
    city.hear("D-2", 21.5)
    assert len(city.told()) == 2
    city.renew(a_device("D-1", ward="W-1"))
    assert city.told() == {"latest/D-1/temperature": b"", "latest/D-2/temperature": b""}


def test_no_more_are_told_than_asked_and_everybodys_turn_comes():
    city = City(*(a_device(f"D-{at}") for at in range(10)))
    told = set()
    for turn in range(5):
        for at in range(10):
            city.hear(f"D-{at}", 20.0 + turn)
        now = city.told(at_most=2)
        assert len(now) == 2
        told |= set(now)
    assert len(told) == 10


def test_a_name_that_is_no_topic_is_left_out():
    city = City(a_device("D/1"), a_device("#"), a_device("D-2"))
    for name in ("D/1", "#", "D-2"):
        city.hear(name, 20.0)
    assert list(city.told()) == ["latest/D-2/temperature"]


def test_after_a_break_everything_is_told_again():
    city = City(a_device("D-1"))
    city.hear("D-1", 21.5)
    city.told()
    city.outgoing.forget()
    assert list(city.told()) == ["latest/D-1/temperature"]
