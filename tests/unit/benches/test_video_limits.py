"""When the video bench says that a limit was missed."""

from __future__ import annotations

import pytest

from bongsu.benches.video.run import LIMITS, holds


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("remux_vs_bare", 1.3, 1.31),
        ("recorded_vs_bare", 1.2, 1.7),
        ("streams_per_core", 220, 219),
        ("viewers_per_core", 1234, 999),
        ("first_live_frame_ms", {"p50": 9999, "p95": 400}, {"p50": 1, "p95": 401}),
        ("glass_ms", {"p50": 1, "p95": 150}, {"p50": 1, "p95": 151}),
        ("revoke_ms", {"p50": 1, "p99": 500}, {"p50": 1, "p99": 501}),
    ],
)
def test_a_figure_keeps_its_limit_or_is_named(name, good, bad) -> None:
    assert holds(name, {name: good})
    assert not holds(name, {name: bad})


def test_every_limit_is_judged() -> None:
    assert len(LIMITS) == 7
