"""The care drill's verdict: a month is held to the truth, days without rules must be seen to be missed."""

from __future__ import annotations

import json

import pytest

from bongsu.core.device import Device, DeviceKind
from bongsu.drills.care.hand import Ear
from bongsu.drills.care.verdict import HOMES, Post, books_of, outcome_of, post_of
from bongsu.world.care import Case, Scene
from bongsu.world.care.marks import Alarm

BLIND_MS = 1_000_000
POST = Post(3, 1, 0, 0)


def a_case(site="R-1", began_ms=1000, *, true=True, over_ms=None):
    over_ms = began_ms + 5000 if over_ms is None else over_ms
    until_ms = began_ms + 4000
    return Case(
        what="fire", kind="room_fire", site=site, began_ms=began_ms, until_ms=until_ms, over_ms=over_ms, true=true
    )


def scenes_of(*cases, homes=10):
    rooms = tuple(
        Device(id=site, kind=DeviceKind.FIRE_DETECTOR, observes=("smoke",)) for site in {one.site for one in cases}
    )
    living = tuple(
        Device(id=f"H-{at}", kind=DeviceKind.DOOR, observes=("door_open",), site=f"H-{at}") for at in range(homes)
    )
    return {"room_fire": Scene(rooms, [], cases), HOMES: Scene(living, [], ())}


BLIND = a_case("R-9", BLIND_MS + 10)
TRUE, NEAR = a_case(), a_case("R-2", true=False)


def verdict(*alarms, cases=(TRUE, NEAR, BLIND), post=POST, real=0):
    return outcome_of(books_of(scenes_of(*cases), alarms, BLIND_MS), post, real, {"days": 28})


FOUND = Alarm("room_fire", "R-1", 2000)


def test_a_month_in_which_all_is_found_and_nothing_else_holds():
    outcome = verdict(FOUND)
    assert outcome.passed, outcome.figures["misses"]
    assert outcome.figures["services"]["room_fire"]["seconds_worst"] == 1.0


@pytest.mark.parametrize(
    ("alarms", "said"),
    [
        ((), "room_fire: missed fire R-1"),
        ((Alarm("room_fire", "R-1", 5500),), "true cases missed"),
        ((Alarm("room_gas", "R-1", 2000),), "true cases missed"),
        ((FOUND, Alarm("room_fire", "R-2", 2000)), "near-misses that alarmed"),
        ((FOUND, Alarm("room_fire", "R-1", 500_000)), "false alarms a month"),
        ((FOUND, Alarm("room_fire", "X-1", 2000)), "cases at sites nobody knows"),
        ((FOUND, *(Alarm("elder_inactive", f"H-{at}", 2000) for at in range(2))), "false alarms a month of homes"),
        ((FOUND, Alarm("room_fire", "R-9", BLIND_MS + 20)), "rules that are off are caught"),
    ],
)
def test_what_does_not_hold_is_said(alarms, said):
    outcome = verdict(*alarms)
    assert not outcome.passed
    assert said in outcome.figures["misses"]


def test_one_home_in_ten_may_alarm_once_a_month_without_cause():
    assert verdict(FOUND, Alarm("elder_inactive", "H-1", 2000)).passed


def test_without_a_case_in_the_blind_days_nothing_proves_that_the_books_can_miss():
    assert "rules that are off are caught" in verdict(FOUND, cases=(TRUE, NEAR)).figures["misses"]


def test_a_case_that_lasts_into_the_blind_days_counts_in_neither():
    torn = a_case("R-3", BLIND_MS - 10)
    assert verdict(FOUND, Alarm("room_fire", "R-3", BLIND_MS - 5), cases=(TRUE, NEAR, BLIND, torn)).passed


@pytest.mark.parametrize(("post", "real"), [(Post(3, 1, 1, 0), 0), (Post(3, 1, 0, 1), 0), (POST, 1)])
def test_letters_against_consent_and_anything_not_marked_as_exercise_fail(post, real):
    assert not verdict(FOUND, post=post, real=real).passed


def test_letters_are_counted_by_whom_they_go_to_and_whether_they_say_exercise():
    letters = [
        {"to": "guardian", "subject": "B-1", "status": "Exercise"},
        {"to": "guardian", "subject": "B-2", "status": "Actual"},
        {"to": "officer", "subject": "B-2", "status": "Exercise"},
    ]
    assert post_of(letters, {"B-1"}) == Post(letters=3, guardians=2, against_consent=1, unmarked=1)


def told(what, status="Exercise", stated="2026-11-01T00:00:01+00:00", also=()):
    incident = {
        "id": "I1", "version": 1, "occurrence": "room-fire:R-1:1000", "kind": "room_fire", "status": status,
        "stated_at": stated, "also": list(also),
    }  # fmt: skip
    if what == "change":
        return json.dumps({"what": what, "seq": 1, "incident": incident, "grants": [], "change": {"what": "opened"}})
    return json.dumps({"what": what, "seq": 1, "incidents": [incident], "grants": [], "cameras": {}})


def test_the_ear_keeps_when_a_case_was_first_known_and_every_case_joined_to_it():
    ear = Ear()
    joined = {"occurrence": "room-gas:R-1:2000", "kind": "room_gas", "stated_at": "2026-11-01T00:00:02+00:00"}
    ear.hear(told("change"), 0.0, 0.0)
    ear.hear(told("change", stated="2026-11-01T09:00:00+00:00", also=[joined]), 0.0, 0.0)
    first = 1_793_491_201_000
    assert sorted(ear.found.values()) == [Alarm("room_fire", "R-1", first), Alarm("room_gas", "R-1", first + 1000)]
    assert ear.real == set()


@pytest.mark.parametrize("what", ["change", "snapshot"])
def test_the_ear_hears_a_case_that_is_not_marked(what):
    ear = Ear()
    ear.hear(told(what, status="Actual"), 0.0, 0.0)
    assert ear.real == {"room-fire:R-1:1000"}


def test_what_is_found_after_the_month_is_no_false_alarm_of_the_month():
    books = books_of(scenes_of(TRUE, NEAR, BLIND), [FOUND, Alarm("room_fire", "R-9", BLIND_MS + 20)], BLIND_MS)
    assert (books.marks["room_fire"].false_alarms, books.blind.found) == (0, 1)
