"""The figures of a camera's health are those of the last period, and what they mean is said plainly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bongsu.core.health import State, Vitals, observations_of, state_of
from bongsu.core.login import Login
from bongsu.video.address import with_login
from bongsu.video.tally import Tally


def at(seconds: float):
    return lambda: datetime.fromtimestamp(seconds, UTC)


def test_frames_and_bits_are_counted_over_the_period_and_not_since_the_start():
    tally = Tally()
    tally.connected()
    assert tally.look(at(100), "") is None
    for frame in range(75):
        tally.arrived(1000, int((100 + frame / 15) * 1e6))
    told = tally.look(at(105), "")
    assert (told.fps, told.kbps, told.reconnects, told.last_frame_ms) == (15.0, 120.0, 0, 104933)
    tally.connected()
    silent = tally.look(at(110), "camera.silent")
    assert (silent.fps, silent.kbps, silent.reconnects, silent.code) == (0.0, 0.0, 1, "camera.silent")


GOOD = Vitals(last_frame_ms=99_900, kbps=800, fps=15, told_ms=100_000)


@pytest.mark.parametrize(
    ("changes", "now_ms", "state"),
    [
        ({}, 101_000, State.OK),
        ({"fps": 2.0}, 101_000, State.POOR),
        ({"kbps": 10.0}, 101_000, State.POOR),
        ({"clock_offset_ms": -7200_000.0}, 101_000, State.POOR),
        ({"code": "camera.silent"}, 101_000, State.DOWN),
        ({"last_frame_ms": 90_000}, 101_000, State.DOWN),
        ({}, 130_000, State.UNKNOWN),
    ],
)
def test_what_the_figures_mean(changes, now_ms, state):
    told = Vitals(**{**{name: getattr(GOOD, name) for name in GOOD.__struct_fields__}, **changes})
    assert state_of(told, now_ms) is state


def test_what_is_not_known_is_not_observed():
    names = {one.observed_property for one in observations_of("C1", GOOD)}
    assert "camera.fps" in names
    assert "camera.clock_offset_ms" not in names


def test_our_login_goes_into_an_address_that_has_none():
    login = Login(user="kim@city", password="p:w/d")
    assert with_login("rtsp://10.0.0.1/a@b", login) == "rtsp://kim%40city:p%3Aw%2Fd@10.0.0.1/a@b"
    assert with_login("rtsp://own:one@10.0.0.1/a", login) == "rtsp://own:one@10.0.0.1/a"
    assert with_login("", login) == ""
    assert "p:w/d" not in repr(login)
