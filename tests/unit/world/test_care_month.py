"""A month told over MQTT: every reading once, in its hour, by who may tell it; the rules find in it what is there."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from bongsu.benches.care import HOMES, rules_of
from bongsu.core.columns import Telemetry
from bongsu.core.detection import Phase
from bongsu.core.register import register_of
from bongsu.telemetry.detecting import Detecting
from bongsu.telemetry.judge import Judge, Limits
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.profiles import PROFILES
from bongsu.telemetry.told import Heard
from bongsu.world.care import SCENES
from bongsu.world.care.marks import Alarm, marks_of
from bongsu.world.care.month import GATEWAY, devices_of, hours_of
from bongsu.world.care.story import DAY_MS, HOUR_MS

MIDNIGHT_MS = 1_793_545_200_000
DAYS = 10
WIDE = Limits(device_per_min=10**6, past_ms=10**12)


@pytest.fixture(scope="module")
def scenes():
    return {name: SCENES[name](3, DAYS, MIDNIGHT_MS) for name in ("elder_care", "wandering", "childcare")}


def test_every_reading_is_told_once_in_its_hour_and_in_the_order_of_time(scenes):
    before, count = 0, 0
    for hour in hours_of(scenes, devices_of(scenes), MIDNIGHT_MS + DAYS * DAY_MS):
        assert hour.begin_ms > before
        for message in hour.messages.values():
            body = msgspec.json.decode(message.payload)
            rows = [*body["readings"], *body["positions"]]
            count += len(rows)
            times = [row["phenomenon_time_ms"] for row in body["readings"]]
            assert times == sorted(times)
            assert all(hour.begin_ms <= row["phenomenon_time_ms"] < hour.begin_ms + HOUR_MS for row in rows)
        before = hour.begin_ms
    assert count == sum(len(scene.told) for scene in scenes.values())


def test_a_site_of_several_devices_tells_by_its_gateway_and_every_other_device_by_itself(scenes):
    devices = {device.id: device for device in devices_of(scenes)}
    assert all(device.exercise for device in devices.values())
    sites = Counter(device.site or device.id for device in devices.values())
    for hour in hours_of(scenes, devices.values(), MIDNIGHT_MS + DAY_MS):
        for name, message in hour.messages.items():
            assert message.topic == f"readings/json/{name}"
            body = msgspec.json.decode(message.payload)
            told = {row["device"] for row in (*body["readings"], *body["positions"])}
            assert all((sites[devices[one].site or one] > 1) == (name == GATEWAY) for one in told)
            assert name == GATEWAY or told == {name}


def test_nothing_is_told_of_what_has_not_happened_yet(scenes):
    until_ms = MIDNIGHT_MS + 30 * HOUR_MS
    hours = list(hours_of(scenes, devices_of(scenes), until_ms))
    told = sum(hour.readings for hour in hours)
    assert told == sum(one.time_ms <= until_ms for scene in scenes.values() for one in scene.told)


def found_in(scenes, name, *, rules=True):
    """What the rules of a service find when it comes as messages, with the clock of a rehearsal between the hours."""
    devices = devices_of(scenes)
    register = register_of(devices)
    latest = Latest()
    judge, detecting = Judge(register, latest, WIDE), Detecting(register)
    detecting.use(detecting.prepare(rules_of(name, scenes[name]) if rules else {}, {}), MIDNIGHT_MS)
    alarms = []
    for hour in hours_of({name: scenes[name]}, devices, MIDNIGHT_MS + DAYS * DAY_MS):
        heard = Heard()
        for source, message in hour.messages.items():
            heard.add(source, hour.begin_ms + HOUR_MS, PROFILES["json"](message.payload, source, hour.begin_ms))
        judged = judge.judge(heard, hour.begin_ms + HOUR_MS)
        assert not [one for one in judged.readings.tolist() if one]
        latest.see(judged.telemetry)
        told = judged.telemetry
        nothing = Telemetry(judged.late.results, judged.late.places, told.now_ms)
        for batch in (told, nothing):
            finding = detecting.detect(batch)
            alarms += [Alarm(one.kind, one.site, one.at_ms) for one in finding.detections if one.phase is Phase.BEGAN]
            assert all(one.exercise for one in finding.detections if one.cause != "released")
            detecting.keep(finding)
    return marks_of(scenes[name].cases, alarms)


def test_falls_at_home_are_found_by_the_time_that_is_told_and_near_misses_are_not(scenes):
    marks = found_in(scenes, HOMES)
    assert marks.true_cases == marks.found > 5
    assert (marks.near_misses_alarmed, marks.missed) == (0, ())
    assert marks.seconds_worst < 16 * 3600


def test_with_the_rules_off_every_fall_is_missed(scenes):
    marks = found_in(scenes, HOMES, rules=False)
    assert len(marks.missed) == marks.true_cases > 5
