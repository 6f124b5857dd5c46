"""What a detection comes to: one report for its beginning, one for its end, and none where nobody is to be alarmed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bongsu.core.detection import Detection, Phase
from bongsu.core.geo import Point
from bongsu.core.report import Severity, Step
from bongsu.desk.decide import report_of

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FIRE = Detection(
    rule="room_fire", site="room-3", device="S-3", kind="fire", phase=Phase.BEGAN, began_ms=1_000, at_ms=4_000,
    severity=Severity.SEVERE, where=Point(127.1, 37.5), cause="nothing_known",
)  # fmt: skip


def heard(detection, language="ko"):
    return report_of(detection, sender="CITY", language=language, now=NOW)


def test_a_danger_that_begins_is_a_case_of_our_own_at_its_place():
    report = heard(FIRE)
    assert (report.sender, report.step, report.kind, report.severity) == (
        "CITY",
        Step.OCCURRED,
        "fire",
        Severity.SEVERE,
    )
    assert report.where == FIRE.where
    assert report.occurred_at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert report.stated_at == datetime(1970, 1, 1, 0, 0, 4, tzinfo=UTC)


def test_its_end_is_told_of_the_same_case_and_does_not_close_it():
    over = heard(replace(FIRE, phase=Phase.OVER, at_ms=9_000))
    assert over.occurrence == heard(FIRE).occurrence
    assert over.key != heard(FIRE).key
    assert over.step is Step.CHANGED
    assert over.text.startswith("해소")


def test_a_detection_told_twice_is_one_report_and_another_is_another():
    assert heard(FIRE) == heard(FIRE)
    again = heard(replace(FIRE, began_ms=2_000))
    assert (again.occurrence, again.key) != (heard(FIRE).occurrence, heard(FIRE).key)


@pytest.mark.parametrize("phase", Phase)
def test_a_notice_without_a_kind_alarms_nobody(phase):
    assert heard(replace(FIRE, kind="", phase=phase)) is None


def test_a_property_is_told_by_its_name_in_the_citys_language():
    found = replace(FIRE, cause="together", values={"properties": "smoke, temperature", "within_s": 120.0})
    assert "연기, 온도" in heard(found).text
    hot = replace(FIRE, cause="above", values={"property": "temperature", "result": 70.0, "limit": 60.0})
    assert "온도 70.0" in heard(hot).text
