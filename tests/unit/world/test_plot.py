"""What a scenario comes to: the same every time, several callers an event, fugitives on the streets, growing fires."""

import math
from datetime import datetime, timedelta

import numpy as np
import pytest

from bongsu.core.clock import KST
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point, distance_m
from bongsu.world import setting
from bongsu.world.annals import Annals
from bongsu.world.feed import By, Step, To
from bongsu.world.happening import Fire, Happening
from bongsu.world.plot import Plot
from bongsu.world.scenario import WHAT, Scenario, Told
from fakes.world import a_grid

START = datetime(2026, 11, 24, 18, 0, tzinfo=KST)
SETTING = setting.of_scene(a_grid(), 5, people=3_000)
RATES = {"crime": 15.0, "accident": 10.0, "medical": 10.0, "fire": 5.0, "lost": 5.0}


def a_scenario(*events: Told, seed: int = 5, rates: dict[str, float] | None = None) -> Scenario:
    return Scenario(
        name="t", title="t", title_en="t", size="town", start=START, seed=seed, events=events, rates=rates or {}
    )


def a_plot(*events: Told, **facts: object) -> Plot:
    return Plot(a_scenario(*events, **facts), SETTING)


def told(what: str, kind: str, **facts: object) -> Told:
    return Told(at_s=60.0, what=what, kind=kind, **facts)


def the_event(what: str, kind: str, **facts: object) -> Happening:
    return a_plot(told(what, kind, **facts)).events(START + timedelta(hours=1))[0]


def log(plot: Plot, step_s: float, for_s: float = 5400.0) -> bytes:
    at, end, lines = START - timedelta(seconds=1), START + timedelta(seconds=for_s), []
    annals = Annals(plot)
    while at < end:
        until = min(at + timedelta(seconds=step_s), end)
        lines += annals.lines(at, until)
        at = until
    return b"\n".join(lines)


@pytest.mark.parametrize("step_s", [7.3, 61.0, 5401.0])
def test_the_truth_is_the_same_bytes_however_it_is_stepped_through(step_s: float) -> None:
    once = log(a_plot(told("crime", "robbery"), rates=RATES), 900.0)
    again = log(a_plot(told("crime", "robbery"), rates=RATES), step_s)
    assert again == once
    assert once.count(b'"truth":"began"') > 30


def test_another_seed_is_another_truth() -> None:
    assert log(a_plot(rates=RATES), 900.0) != log(a_plot(rates=RATES, seed=6), 900.0)


@pytest.mark.parametrize(("what", "kind"), [(what, kind) for what, kinds in WHAT.items() for kind in kinds])
def test_everything_that_can_happen_is_rung_in_and_ends(what: str, kind: str) -> None:
    event = the_event(what, kind)
    assert event.at == START + timedelta(seconds=60)
    assert event.until > event.at
    assert event.needs
    steps = [call.step for call in event.calls]
    assert Step.BEGUN in steps
    assert steps.count(Step.OVER) == len({call.to for call in event.calls})
    assert all(call.at > event.at and call.event == event.id and call.text for call in event.calls)
    assert list(event.calls) == sorted(event.calls, key=lambda call: (call.at, call.number))
    assert len({call.number for call in event.calls}) == len(event.calls)


def test_a_fire_rings_at_119_and_a_crime_at_112() -> None:
    assert To.FIRE in {call.to for call in the_event("fire", "apartment").calls}
    assert {call.to for call in the_event("crime", "theft").calls} == {To.POLICE}
    assert {call.to for call in the_event("tag", "zone").calls} == {To.TRACKING}


def test_several_people_ring_about_one_fire_and_none_is_quite_right_about_the_place() -> None:
    event = the_event("fire", "apartment", callers=8)
    rings = [call for call in event.calls if call.step is Step.BEGUN]
    true = Point(event.lon, event.lat)
    off = [distance_m(true, Point(call.lon, call.lat)) for call in rings]
    assert len(rings) >= 8
    assert len(set(off)) == len(off)
    assert all(far < 5 * call.accuracy_m for far, call in zip(off, rings, strict=True))
    assert len({call.at for call in rings}) == len(rings)


def test_how_wrong_a_place_is_fits_what_the_caller_claims() -> None:
    events = a_plot(rates=RATES).events(START + timedelta(hours=3))
    wrong = [
        distance_m(Point(event.lon, event.lat), Point(call.lon, call.lat)) / call.accuracy_m
        for event in events
        for call in event.calls
        if call.step is Step.BEGUN and not call.bell
    ]
    assert len(wrong) > 200
    assert math.sqrt(np.mean(np.square(wrong))) == pytest.approx(math.sqrt(2), abs=0.15)


def test_a_suspect_runs_along_the_streets_and_tires() -> None:
    event = the_event("crime", "robbery", flee="on_foot")
    suspect = next(track for track in event.cast if track.who == "suspect")
    times = np.arange(suspect.at_s[0], suspect.at_s[-1], 2.0)
    places = np.array([suspect.spot(at) for at in times])
    speeds = np.hypot(*np.diff(places, axis=0).T) / 2
    assert speeds.max() < 5
    assert speeds[:10].mean() > 2 * speeds[-10:].mean()
    off_line = np.abs((places + 110) % 220 - 110).min(axis=1)
    assert off_line.max() < 12


def test_a_suspect_by_car_is_faster_than_any_runner() -> None:
    event = the_event("crime", "robbery", flee="by_car")
    track = event.cast[0]
    gone = np.hypot(*np.diff(track.xy, axis=0).T).sum()
    assert gone / (track.at_s[-1] - track.at_s[0]) > 6


def test_somebody_with_dementia_leaves_their_own_home_slowly() -> None:
    event = the_event("lost", "dementia")
    row = int(event.persons[0].removeprefix("H-")) - 1
    track = event.cast[0]
    assert SETTING.homes.dementia[row]
    assert np.hypot(*(track.xy[0] - SETTING.streets.xy[SETTING.homes.home[row]])) < 5
    assert np.hypot(*np.diff(track.xy[:-1], axis=0).T).sum() / (track.at_s[-2] - track.at_s[0]) < 1
    first = event.calls[0]
    assert first.by is By.KIN
    assert timedelta(minutes=7) < first.at - event.at < timedelta(minutes=41)
    assert first.person == event.persons[0]


def test_a_bell_is_pressed_where_it_stands() -> None:
    events = a_plot(rates={"crime": 60.0}).events(START + timedelta(hours=3))
    bells = {bell.id: bell.where for bell in SETTING.scene.bells}
    pressed = [call for event in events for call in event.calls if call.by is By.BELL]
    assert pressed
    assert all(distance_m(Point(call.lon, call.lat), bells[call.bell]) < 1 for call in pressed)


def test_a_fire_grows_until_engines_come() -> None:
    fire = Fire(x=0, y=0, height_m=20, radius_m=6, began_s=1000, full_s=400, burns_s=3000)
    assert fire.flame(999) == 0
    assert 0 < fire.flame(1100) < fire.flame(1200) < fire.flame(1400) == 1
    assert fire.smoke(1100) > fire.flame(1100)
    assert fire.flame(2400, attended_s=1700) < 0.15 < fire.flame(2400)


def test_an_event_happens_at_the_street_it_is_ordered_to() -> None:
    event = the_event("accident", "crash", near="3-beonno")
    _, y = SETTING.scene.plane.to_xy(Point(event.lon, event.lat))
    assert abs(y) < 1
    with pytest.raises(Invalid) as refused:
        a_plot(told("accident", "crash", near="3-beono", line=9))
    assert refused.value.facts["suggestion"] == "3-beonno"
    assert refused.value.facts["line"] == 9


def test_calls_come_in_spans_without_a_gap_or_a_double() -> None:
    plot = a_plot(rates=RATES)
    whole = plot.calls(START, START + timedelta(hours=2))
    parts = [
        call
        for minute in range(120)
        for call in plot.calls(START + timedelta(minutes=minute), START + timedelta(minutes=minute + 1))
    ]
    assert parts == whole
    assert len(whole) > 100
