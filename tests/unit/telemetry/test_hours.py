"""A rule with hours finds only what begins in them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.device import Device, DeviceKind
from bongsu.core.register import register_of
from bongsu.core.rule import Hours, Rule, Threshold
from bongsu.telemetry.detecting import Detecting

TERMS = Threshold(property="door_open", above=0.5)
KST = timezone(timedelta(hours=9))
NIGHT = Hours(from_h=22.0, to_h=5.0)
REGISTER = register_of([Device(id="D-1", kind=DeviceKind.DOOR, observes=("door_open",))])


def at(hour, minute=0):
    return int(datetime(2026, 11, 22, hour, minute, tzinfo=KST).timestamp() * 1000)


def a_batch(*told):
    count = len(told)
    empty = np.zeros(0)
    results = Results(
        np.zeros(count, np.int32),
        np.zeros(count, np.int32),
        np.array([result for _, result in told], np.float64),
        np.array([time_ms for time_ms, _ in told], np.int64),
    )
    return Telemetry(results, Places(empty.astype(np.int32), empty, empty, empty.astype(np.int64)), told[-1][0])


def found(hours, *told):
    rule = Rule(
        name="문", enabled=True, kind="wandering", hours=hours, terms=Threshold(property="door_open", above=0.5)
    )
    detecting = Detecting(REGISTER)
    detecting.use(detecting.prepare({"door": rule}, {}), told[0][0])
    return [one.phase.value for one in detecting.detect(a_batch(*told)).detections]


@pytest.mark.parametrize(
    "hour, hours, holds",
    [
        (23, NIGHT, True), (4, NIGHT, True), (5, NIGHT, False), (22, NIGHT, True), (12, NIGHT, False),
        (12, Hours(from_h=9.0, to_h=18.0), True), (18, Hours(from_h=9.0, to_h=18.0), False), (12, None, True),
    ],
)  # fmt: skip
def test_only_what_begins_in_its_hours_counts(hour, hours, holds):
    assert found(hours, (at(hour), 1.0)) == (["began"] if holds else [])


def test_begin_and_end_count_together_or_not_at_all():
    assert found(NIGHT, (at(4, 59), 1.0), (at(8), 0.0)) == ["began", "over"]
    assert found(NIGHT, (at(21, 59), 1.0), (at(23), 0.0)) == []
