"""A scenario is read as it is written; what cannot be is answered with its line and what was probably meant."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.errors import Invalid
from bongsu.core.words import say
from bongsu.world import scenario
from bongsu.world.reading import parsed
from bongsu.world.scenario import EVENT, FLEES, RATES, SIZES, TOP, WHAT
from bongsu.world.sky import Weather

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "scenario.md"
WHOLE = """
title: 시험
title_en: A test
size: city
start: 2026-11-22T18:00
seed: 7
weather: rain
speed: 10
events:
  - at: +00:02
    crime: robbery
    flee: on_foot
  - at: +00:05:30
    fire: apartment
    near: 중앙대로
    callers: 3
  - random: {crimes_per_hour: 4, lost_per_hour: 0.5}
"""


def read(text: str) -> scenario.Scenario:
    return scenario.read(parsed(text), "test")


def test_a_whole_scenario_is_read() -> None:
    found = read(WHOLE)
    assert (found.size, found.seed, found.speed, found.weather) == ("city", 7, 10.0, Weather.RAIN)
    assert found.start.isoformat() == "2026-11-22T18:00:00+09:00"
    robbery, fire = found.events
    assert (robbery.at_s, robbery.what, robbery.kind, robbery.flee) == (120, "crime", "robbery", "on_foot")
    assert (fire.at_s, fire.kind, fire.near, fire.callers) == (330, "apartment", "중앙대로", 3)
    assert found.rates == {"crime": 4.0, "lost": 0.5}


def test_a_start_is_enough() -> None:
    found = read("start: 2026-11-22T18:00:00Z")
    assert (found.size, found.seed, found.speed, found.weather, found.events) == ("town", 1, 1.0, None, ())


@pytest.mark.parametrize(
    ("line", "instead", "at", "suggestion"),
    [
        ("    crime: robbery", "    crme: robbery", 11, "crime"),
        ("    crime: robbery", "    crime: robery", 11, "robbery"),
        ("size: city", "size: citty", 4, "city"),
        ("weather: rain", "wether: rain", 7, "weather"),
        ("weather: rain", "weather: rainy", 7, "rain"),
        ("    flee: on_foot", "    flee: onfoot", 12, "on_foot"),
        ("crimes_per_hour: 4", "crime_per_hour: 4", 17, "crimes_per_hour"),
        ("seed: 7", "seed: 7\nseed: 8", 7, ""),
    ],
)
def test_an_unknown_word_is_answered_with_its_line_and_the_one_meant(
    line: str, instead: str, at: int, suggestion: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read(WHOLE.replace(line, instead))
    assert refused.value.code == "scenario.word"
    assert refused.value.facts["line"] == at
    assert suggestion in str(refused.value.facts["suggestion"])
    assert str(at) in say("error.scenario.word", "en", **refused.value.facts)


@pytest.mark.parametrize(
    ("line", "instead", "at", "word"),
    [
        ("  - at: +00:02", "  - at: 00:02", 10, "at"),
        ("  - at: +00:02", "  - at: +00:72", 10, "at"),
        ("speed: 10", "speed: fast", 8, "speed"),
        ("speed: 10", "speed: nan", 8, "speed"),
        ("seed: 7", "seed: -1", 6, "seed"),
        ("start: 2026-11-22T18:00", "start: tomorrow", 5, "start"),
        ("    fire: apartment", "    callers: 2", 13, "crime | fire"),
        ("    near: 중앙대로", "    lon: 127.3", 13, "lat"),
        ("    near: 중앙대로", "    flee: no", 15, "flee"),
        ("  - random:", "  - at: +00:01\n    random:", 17, "at"),
        ("events:", "events: none\nx:", 9, "events"),
    ],
)
def test_a_value_that_cannot_be_is_answered_with_its_line(line: str, instead: str, at: int, word: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(WHOLE.replace(line, instead))
    assert refused.value.code in ("scenario.value", "scenario.word")
    if refused.value.code == "scenario.value":
        assert refused.value.facts["line"] == at
        assert str(refused.value.facts["word"]).startswith(word)


@given(st.text(max_size=200))
def test_any_text_is_a_scenario_or_a_sentence_that_says_why_not(text: str) -> None:
    try:
        read(text)
    except Invalid as refused:
        assert refused.code.startswith("scenario.")  # noqa: PT017


@given(st.integers(0, len(WHOLE) - 1), st.characters(codec="utf-8"))
def test_a_slip_of_the_finger_never_breaks_the_reader(at: int, slip: str) -> None:
    try:
        read(WHOLE[:at] + slip + WHOLE[at + 1 :])
    except Invalid as refused:
        assert refused.code.startswith("scenario.")  # noqa: PT017


def test_every_shipped_scenario_reads_and_has_both_titles() -> None:
    names = scenario.shipped()
    assert len(names) >= 6
    for name in names:
        found = scenario.load(name)
        assert found.title != found.title_en
        assert found.title_en.isascii()


def test_a_name_that_is_no_file_is_answered_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        scenario.load("evening-rusk")
    assert refused.value.code == "scenario.unreadable"
    assert "evening-rush" in str(refused.value.facts["detail"]) or refused.value.facts["detail"]


def test_every_word_stands_in_the_reference() -> None:
    text = REFERENCE.read_text("utf-8")
    kinds = [kind for kinds in WHAT.values() for kind in kinds]
    rates = [f"{many}_per_hour" for many in RATES]
    words = [*TOP, *EVENT, *kinds, *rates, *FLEES, *SIZES, *Weather, "any", *scenario.shipped()]
    assert [word for word in words if f"`{word}`" not in text] == []
