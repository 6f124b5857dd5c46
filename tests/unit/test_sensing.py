"""How telemetry is, by what it counts: what its part says on the condition line."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bongsu.core.asking import SpotNews
from bongsu.desk.board import Board
from bongsu.gateways.telemetry.wire import ShownSaid
from bongsu.sensing import Sensing, state_of
from bongsu.settings import Settings
from fakes.desk import NOON
from fakes.detectors import a_detector


class Devices:
    """A store that is asked for the register alone."""

    async def devices(self) -> tuple[int, list[bytes]]:
        return 0, []


async def take(_report: object) -> None:
    """Nothing is found here."""


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


def test_what_detectors_told_stays_while_telemetry_is_away_and_goes_with_the_detector(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(Settings(), data=str(tmp_path))
    sensing = Sensing(settings, Board(), Devices(), take, lambda: NOON)
    shows = sensing.link.shows
    shows.hear(ShownSaid(show=1, news=SpotNews(spots=(a_detector("A", 3.0), a_detector("B", 4.0)), whole=True)))
    shows.hear(ShownSaid(show=1, news=SpotNews(spots=(a_detector("A", 5.0),), gone=("B",))))
    shows.end()
    assert [(spot.device, spot.readings[0].result) for spot in sensing.traffic()] == [("A", 5.0)]
    shows.hear(ShownSaid(show=1, news=SpotNews(whole=True)))
    assert sensing.traffic() == ()
