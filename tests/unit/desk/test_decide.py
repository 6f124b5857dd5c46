"""What a detection comes to: one report for its beginning, one for its end, and none where nobody is to be alarmed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bongsu.core.detection import Detection, Phase
from bongsu.core.geo import Point
from bongsu.core.report import Severity, Status, Step
from bongsu.desk.decide import report_of
from bongsu.desk.figures import figure

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
    assert "온도 70°C" in heard(hot).text


def test_what_a_drills_device_told_is_an_exercise_and_what_anothers_told_is_not():
    assert heard(replace(FIRE, exercise=True)).status is Status.EXERCISE
    assert heard(FIRE).status is Status.ACTUAL


SENTENCES = [
    ("above", {"property": "temperature", "result": 70.123456, "limit": 60.0}, "온도 70.1°C (기준 60°C 초과)"),
    ("above", {"property": "smoke", "result": 0.4, "limit": 0.35}, "연기 40% (기준 35% 초과)"),
    ("above", {"property": "water_flow", "result": 2345.678, "limit": 2000.0}, "유량 2,346 L/h (기준 2,000 L/h 초과)"),
    ("below", {"property": "water_level", "result": -0.123456, "limit": 0.0}, "수위 -0.123 m (기준 0 m 미만)"),
    ("rise", {"property": "gas", "result": 5001.2, "limit": 50.0}, "현재 5,001 ppm (기준 1분에 50 ppm)"),
    ("drift", {"property": "tilt", "mean": 0.2134567, "baseline": 0.0}, "평균 0.213°, 기준 0°에서"),
    ("above", {"property": "aboard", "result": 1.0, "limit": 0.5}, "탑승 인원 1명 (기준 0.5명 초과)"),
    ("absence", {"hours": 8.0}, "8시간 동안"),
    ("together", {"properties": "smoke", "within_s": 120.0}, "120초 안에"),
]


@pytest.mark.parametrize(("cause", "values", "said"), SENTENCES)
def test_a_sentence_has_rounded_figures_with_their_units(cause, values, said):
    assert said in heard(replace(FIRE, cause=cause, values=values)).text


def test_in_english_figures_have_the_same_units_and_people_their_own_words():
    hot = replace(FIRE, cause="above", values={"property": "temperature", "result": 70.123456, "limit": 60.0})
    assert "70.1°C (over the limit of 60°C)" in heard(hot, "en").text
    left = replace(FIRE, cause="above", values={"property": "aboard", "result": 2.0, "limit": 0.5})
    assert "2 aboard (over the limit of 0.5 aboard)" in heard(left, "en").text


def test_a_result_just_over_its_limit_is_not_told_as_the_limit():
    found = replace(FIRE, cause="above", values={"property": "temperature", "result": 60.0004, "limit": 60.0})
    assert "60.0004°C (기준 60°C 초과)" in heard(found).text


@given(st.floats(-1e9, 1e9))
def test_a_figure_is_within_half_a_percent_of_its_value_and_never_long(value):
    told = figure(value)
    assert float(told.replace(",", "")) == pytest.approx(value, rel=0.006, abs=1e-6)
    assert len(told) <= 15
