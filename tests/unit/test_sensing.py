"""How telemetry is, by what it counts: what its part says on the condition line."""

from __future__ import annotations

import pytest

from bongsu.sensing import state_of


@pytest.mark.parametrize(
    ("behind_ms", "full", "state"),
    [
        (0.0, 0.0, "ok"),
        (4_999.0, 0.0, "ok"),
        (12_400.0, 0.0, "degraded: 12 s"),
        (12_400.0, 1.0, "degraded: 12 s"),
        (0.0, 1.0, "degraded"),
    ],
)
def test_telemetry_that_is_behind_says_how_far(behind_ms: float, full: float, state: str) -> None:
    assert state_of({"telemetry": {"behind_ms": behind_ms}, "archive": {"full": full}}) == state


def test_telemetry_that_has_counted_nothing_yet_is_well() -> None:
    assert state_of({}) == "ok"
