"""What the care drill found against the truth: a month that counts, and days in which every rule was off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from bongsu.drills.outcome import Outcome, Row
from bongsu.world.care import Case, Scene
from bongsu.world.care.marks import LIMITS, Alarm, Marks, marks_of

HOMES = "elder_care"


class Books(NamedTuple):
    """Marks by service over the month, those of the blind days, alarms at sites nobody knows, and how many homes."""

    marks: dict[str, Marks]
    blind: Marks
    strange: tuple[str, ...]
    homes: int


class Post(NamedTuple):
    """Letters, to guardians, those against their consent, and those that do not say that it is an exercise."""

    letters: int
    guardians: int
    against_consent: int
    unmarked: int


def books_of(scenes: Mapping[str, Scene], alarms: Iterable[Alarm], blind_ms: int) -> Books:
    """What was found until `blind_ms`, and after it; a case that lasts beyond that moment counts in neither."""
    given = list(alarms)
    marks, later = {}, []
    known: set[str] = set()
    for name, scene in scenes.items():
        sites = {device.site or device.id for device in scene.devices}
        known |= sites
        counted, torn, blind = _parted(scene.cases, blind_ms)
        later += blind
        mine = [one for one in given if one.site in sites and one.at_ms < blind_ms and not _is_of(torn, one)]
        marks[name] = marks_of(counted, mine)
    after = [one for one in given if one.at_ms >= blind_ms]
    strange = tuple(sorted(f"{one.kind} {one.site}" for one in given if one.site not in known))
    homes = len({device.site for device in scenes[HOMES].devices})
    return Books(marks, marks_of(later, after), strange, homes)


def post_of(letters: Sequence[Mapping[str, Any]], consented: set[str]) -> Post:
    """The letters, counted."""
    guardians = [str(one["subject"]) for one in letters if one["to"] == "guardian"]
    unmarked = sum(one.get("status") != "Exercise" for one in letters)
    return Post(len(letters), len(guardians), sum(one not in consented for one in guardians), unmarked)


def outcome_of(books: Books, post: Post, real: int, figures: Mapping[str, Any]) -> Outcome:
    """The verdict. Only homes, whose people live as they like, may alarm without cause, and seldom."""
    missed = [f"{name}: missed {what}" for name, one in books.marks.items() for what in one.missed]
    rows = _rows(books, post, real, len(missed))
    told = {
        **figures,
        "homes": books.homes,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "services": {name: msgspec.to_builtins(one) for name, one in books.marks.items()},
        "misses": missed + [row.name for row in rows if row.passed is False],
    }
    return Outcome(figures=told, rows=rows, name="care")


def _rows(books: Books, post: Post, real: int, missed: int) -> tuple[Row, ...]:
    marks = books.marks.values()
    homes = books.marks[HOMES].false_alarms
    others = sum(one.false_alarms for name, one in books.marks.items() if name != HOMES)
    return (
        Row(name="true cases", value=sum(one.true_cases for one in marks)),
        Row(name="true cases missed", value=missed, limit=0),
        Row(name="near-misses", value=sum(one.near_misses for one in marks)),
        Row(name="near-misses that alarmed", value=sum(one.near_misses_alarmed for one in marks), limit=0),
        Row(name="false alarms a month", value=others, limit=0),
        Row(name="false alarms a month of homes", value=homes, limit=int(books.homes * LIMITS[PER_HOME])),
        Row(name="cases at sites nobody knows", value=len(books.strange), limit=0),
        *(Row(name=f"{name}: found after, worst", value=_soon(one), unit="s") for name, one in books.marks.items()),
        Row(name="cases not marked as exercise", value=real, limit=0),
        Row(name="letters", value=post.letters),
        Row(name="letters to guardians", value=post.guardians),
        Row(name="letters against consent", value=post.against_consent, limit=0),
        Row(name="letters not marked as exercise", value=post.unmarked, limit=0),
        Row(name="true cases while rules were off", value=books.blind.true_cases),
        Row(name="rules that are off are caught", value=_is_caught(books.blind), limit=True),
    )


PER_HOME = "false_alarms_per_home_month"


def _soon(marks: Marks) -> float:
    return float("nan") if marks.seconds_worst is None else marks.seconds_worst


def _is_caught(blind: Marks) -> bool:
    """Whether the same books, kept over days without rules, say that all is missed."""
    return blind.true_cases > 0 and blind.found == 0 and len(blind.missed) == blind.true_cases


def _parted(cases: Iterable[Case], blind_ms: int) -> tuple[list[Case], list[Case], list[Case]]:
    counted: list[Case] = []
    torn: list[Case] = []
    blind: list[Case] = []
    for case in cases:
        (counted if case.until_ms <= blind_ms else blind if case.began_ms >= blind_ms else torn).append(case)
    return counted, torn, blind


def _is_of(cases: Iterable[Case], alarm: Alarm) -> bool:
    return any(case.site == alarm.site and case.began_ms <= alarm.at_ms <= case.over_ms for case in cases)
