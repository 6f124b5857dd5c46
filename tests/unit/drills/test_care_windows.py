"""What the care drill sends: one body a case, never more than a device may tell, calm at its end."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from bongsu.drills.care.windows import PER_DEVICE, SERVICES, ordinary_homes, windows
from bongsu.world.care import SCENES
from bongsu.world.care.story import DAY_MS

MIDNIGHT_MS = 1_793_545_200_000
DAYS = 20


@pytest.mark.parametrize("service", SERVICES)
def test_each_window_tells_of_its_own_site_and_no_device_too_often(service):
    scene = SCENES[service](3, DAYS, MIDNIGHT_MS)
    site_of = {device.id: device.site or device.id for device in scene.devices}
    sent = list(windows(service, scene))
    assert {one.case.true for one in sent} == {True, False}
    for one in sent:
        told = msgspec.json.decode(one.body)
        devices = [row["device"] for row in (*told["readings"], *told["positions"])]
        assert {site_of[device] for device in devices} == {one.case.site}
        assert max(Counter(devices).values()) <= PER_DEVICE


def test_no_tap_runs_on_after_a_near_miss():
    for one in windows("water_meters", SCENES["water_meters"](3, DAYS, MIDNIGHT_MS)):
        if not one.case.true:
            assert msgspec.json.decode(one.body)["readings"][-1]["result"] == 0


def test_ordinary_homes_are_those_without_a_case_and_end_now():
    scene = SCENES["elder_care"](3, DAYS, MIDNIGHT_MS)
    now_ms = MIDNIGHT_MS + 15 * DAY_MS
    troubled = {case.site for case in scene.cases}
    bodies = [msgspec.json.decode(body)["readings"] for body in ordinary_homes(scene, now_ms)]
    assert len(bodies) == len({device.site for device in scene.devices} - troubled)
    for readings in bodies:
        assert {row["device"].rpartition("-")[0] for row in readings}.isdisjoint(troubled)
        assert now_ms - 2 * DAY_MS <= readings[0]["phenomenon_time_ms"] <= readings[-1]["phenomenon_time_ms"] <= now_ms
