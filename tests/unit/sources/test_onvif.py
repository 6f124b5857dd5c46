"""What cameras tell becomes observations, and a camera that fails is asked again, later and later."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bongsu.city.readings import Readings
from bongsu.core.errors import Unavailable
from bongsu.core.observation import Observation
from bongsu.sources.onvif.listen import LONGEST_WAIT_S, Listener, wait_s
from bongsu.wires.onvif.records import Notified
from bongsu.wires.onvif.topics import observations_of


def told(topic: str, data: dict[str, str], source: dict[str, str] | None = None) -> Notified:
    return Notified(topic=topic, source=source or {"Source": "v1"}, data=data, at_ms=0)


@pytest.mark.parametrize(
    ("topic", "data", "name", "result"),
    [
        ("VideoSource/MotionAlarm", {"State": "true"}, "motion", True),
        ("VideoSource/MotionAlarm", {"State": "0"}, "motion", False),
        ("VideoSource/GlobalSceneChange/ImagingService", {"State": "false"}, "tamper", False),
        ("RuleEngine/LineDetector/Crossed", {"ObjectId": "7"}, "line.crossed", True),
        ("RuleEngine/CountAggregation/Counter", {"Count": "12"}, "objects.count", 12.0),
        ("RuleEngine/CountAggregation/Counter", {"Count": "1"}, "objects.count", 1.0),
        ("RuleEngine/Recognition/LicensePlate", {"Plate": "12가3456"}, "plate.seen", True),
    ],
)
def test_a_topic_is_an_observation_of_its_property(topic, data, name, result):
    (seen,) = observations_of("C1", told(topic, data), 5)
    assert (seen.sensor, seen.observed_property, seen.result, seen.phenomenon_time_ms) == ("C1", name, result, 5)
    assert "12가3456" not in repr(seen)


@pytest.mark.parametrize("data", [{}, {"State": "perhaps"}, {"State": "nan"}, {"State": "1e400"}])
def test_a_result_that_is_none_is_no_observation(data):
    assert list(observations_of("C1", told("VideoSource/MotionAlarm", data), 5)) == []


def test_a_topic_nobody_knows_is_passed_over():
    assert list(observations_of("C1", told("Vendor/Secret", {"State": "true"}), 5)) == []


def test_waits_double_up_to_two_minutes():
    assert [wait_s(n, 1.0) for n in (1, 2, 3)] == [2.0, 4.0, 8.0]
    assert wait_s(40, 1.0) == LONGEST_WAIT_S


async def test_what_a_camera_tells_is_sensed_and_one_that_fails_does_not_stop_the_others():
    seen: list[Observation] = []
    pulls = iter([[told("VideoSource/MotionAlarm", {"State": "true"})]])

    async def subscribe(camera: str) -> str:
        if camera == "bad":
            raise Unavailable("camera.onvif.login")
        return "/pull/1"

    async def pull(camera: str, point: str) -> Sequence[Notified]:
        for told_now in pulls:
            return told_now
        await asyncio.sleep(60)
        return ()

    listener = Listener(
        lambda: ["bad", "good"], subscribe, pull, seen.extend, now=lambda: datetime.now(UTC), chance=lambda: 0.0
    )
    running = asyncio.create_task(listener.run())
    async with asyncio.timeout(5):
        while not seen:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait({running})
    assert [(one.sensor, one.observed_property) for one in seen] == [("good", "motion")]
    assert listener.heard == 1


def test_a_late_observation_changes_nothing():
    readings = Readings()
    readings.sense([Observation("C1", "motion", True, 20), Observation("C1", "motion", False, 10)])
    assert [one.result for one in readings.of("C1")] == [True]


async def test_a_hundred_cameras_that_are_away_are_a_line_and_not_a_hundred():
    async def subscribe(_camera: str) -> str:
        raise Unavailable("camera.onvif.unreachable")

    async def pull(_camera: str, _point: str) -> list[Notified]:
        raise AssertionError("nobody subscribed")

    names = [f"C{n:03}" for n in range(100)]
    listener = Listener(lambda: names, subscribe, pull, print, now=lambda: datetime.now(UTC), chance=lambda: 0.0)
    with capture_logs() as logged:
        running = asyncio.create_task(listener.run(look_s=0.2))
        async with asyncio.timeout(20):
            while not logged or logged[-1]["count"] < 100:
                await asyncio.sleep(0.05)
        running.cancel()
        await asyncio.wait({running})
    assert len(logged) < 10
    assert (logged[0]["event"], logged[0]["code"]) == ("onvif.listening", "camera.onvif.unreachable")
