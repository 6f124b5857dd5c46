"""Devices of the simulated city tell the same for the same seed, in order of time, and only what can be true."""

from __future__ import annotations

import pytest

from bongsu.core.observed import OBSERVED
from bongsu.world.care import SCENES, Place, Reading
from bongsu.world.care.marks import Alarm, marks_of
from bongsu.world.care.story import Case

MIDNIGHT_MS = 1_793_545_200_000
DAYS = 14


@pytest.fixture(scope="module", params=SCENES)
def scene(request):
    return SCENES[request.param](3, DAYS, MIDNIGHT_MS), SCENES[request.param]


def test_the_same_seed_tells_the_same_and_another_something_else(scene):
    told, make = scene
    assert make(3, DAYS, MIDNIGHT_MS) == told
    assert make(4, DAYS, MIDNIGHT_MS).told != told.told


def test_only_registered_devices_tell_only_what_they_observe_and_what_can_be_true(scene):
    told, _ = scene
    observes = {device.id: device.observes for device in told.devices}
    for one in told.told:
        if isinstance(one, Reading):
            assert one.property in observes[one.device]
            assert OBSERVED[one.property].low <= one.result <= OBSERVED[one.property].high
        else:
            assert isinstance(one, Place)
            assert one.device in observes


def test_it_is_told_in_the_order_of_time(scene):
    times = [one.time_ms for one in scene[0].told]
    assert times == sorted(times)


def test_there_are_true_cases_and_near_misses_at_sites_there_are(scene):
    told, _ = scene
    sites = {device.site or device.id for device in told.devices}
    assert {case.site for case in told.cases} <= sites
    assert {case.true for case in told.cases} == {True, False}
    assert all(case.began_ms < case.over_ms for case in told.cases)


def a_case(**fields):
    usual = {"what": "fire", "kind": "room_fire", "site": "R-1", "began_ms": 1_000, "until_ms": 61_000}
    return Case(**{**usual, "over_ms": 90_000, "true": True, **fields})


NEAR = a_case(what="steam", site="R-2", true=False)


@pytest.mark.parametrize(
    "alarms, found, false_alarms, fooled",
    [
        ([Alarm("room_fire", "R-1", 31_000)], 1, 0, 0),
        ([Alarm("room_gas", "R-1", 31_000)], 0, 0, 0),
        ([Alarm("room_fire", "R-1", 70_000)], 0, 0, 0),
        ([Alarm("room_fire", "R-1", 500)], 0, 1, 0),
        ([Alarm("room_fire", "R-3", 31_000)], 0, 1, 0),
        ([Alarm("room_fire", "R-2", 31_000)], 0, 1, 1),
        ([], 0, 0, 0),
    ],
    ids=["in time", "another kind", "too late", "before it", "elsewhere", "near-miss", "nothing"],
)
def test_an_alarm_counts_for_its_own_kind_site_and_time_alone(alarms, found, false_alarms, fooled):
    marks = marks_of([a_case(), NEAR], alarms)
    assert (marks.found, marks.false_alarms, marks.near_misses_alarmed) == (found, false_alarms, fooled)


def test_how_soon_is_from_the_moment_it_began_to_the_first_alarm():
    marks = marks_of([a_case()], [Alarm("room_fire", "R-1", 41_000), Alarm("room_fire", "R-1", 21_000)])
    assert marks.seconds_median == marks.seconds_worst == 20.0
