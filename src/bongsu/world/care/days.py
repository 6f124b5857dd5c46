"""Usual days of every site, told over and over, and stories that break into them at a moment asked for."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bongsu.core.errors import Invalid
from bongsu.world.care.story import DAY_MS, HOUR_MS, MINUTE_MS, Case, Place, Reading, Scene

DAYS = 14
KST_MS = 9 * HOUR_MS
COUNTERS = frozenset({"water_volume"})
"""Properties that only ever rise: told days hold by how much, and who tells adds it up."""
USUAL = frozenset({"full"})
"""What belongs to a usual day: a bin that fills."""
MONDAY_MS = 1_767_538_800_000
"""A Monday's midnight in Korea, on which every scene here begins."""
LEAD_MS = 2 * MINUTE_MS

Told = Reading | Place


class Story(NamedTuple):
    """A case of a service by its name ("room_fire/fire"), told from `at_ms` on; `nth` of those there are."""

    service: str
    what: str
    at_ms: int
    nth: int = 0


class Live(NamedTuple):
    """A story as it is told: at which site, from when until when, and what its devices tell (Unix ms)."""

    story: Story
    case: Case
    begin_ms: int
    end_ms: int
    told: tuple[Told, ...]


class Life(NamedTuple):
    """One service's sites: the usual days of each, workdays and weekends apart, as told after midnight (ms)."""

    sites: dict[str, str]
    days: dict[tuple[str, bool], tuple[tuple[Told, ...], ...]]


def life_of(scene: Scene) -> Life:
    """The usual days of a scene that began on MONDAY_MS; a day on which something befell a site is none of its."""
    sites = {device.id: device.site or device.id for device in scene.devices}
    parts: dict[tuple[str, int], list[Told]] = defaultdict(list)
    for one in _risen(scene.told):
        day, within = divmod(one.time_ms - MONDAY_MS, DAY_MS)
        parts[sites[one.device], day].append(one._replace(time_ms=within))
    odd = {
        (case.site, day)
        for case in scene.cases
        if case.what not in USUAL
        for day in range((case.began_ms - MONDAY_MS) // DAY_MS, (case.over_ms + DAY_MS - MONDAY_MS) // DAY_MS + 1)
    }
    days: dict[tuple[str, bool], list[tuple[Told, ...]]] = defaultdict(list)
    for (site, day), told in sorted(parts.items()):
        if (site, day) not in odd:
            days[site, day % 7 < 5].append(tuple(told))
    for site in {site for site, day in parts if day % 7 >= 5}:
        # A short month may leave no weekend as usual to who does tell on weekends; their workdays stand in.
        days[site, False] = days[site, False] or days[site, True]
    return Life(sites, {key: tuple(told) for key, told in days.items()})


def day_of(life: Life, midnight_ms: int) -> Iterator[Told]:
    """What all sites tell on the day after this midnight (Unix ms, Korea), in order: one usual day after another."""
    number = (midnight_ms - MONDAY_MS) // DAY_MS
    told: list[Told] = []
    for (site, works), days in life.days.items():
        if works == (number % 7 < 5):
            # Sites take turns, so that no two of them live the same day of the month.
            one = days[(number + sum(map(ord, site))) % len(days)]
            told += (each._replace(time_ms=midnight_ms + each.time_ms) for each in one)
    yield from sorted(told, key=lambda one: (one.time_ms, one.device))


def live_of(scene: Scene, story: Story) -> Live:
    """A story moved to its moment; raise Invalid("care.story") where the scene has none of the name."""
    cases = [case for case in scene.cases if case.what == story.what and case.what not in USUAL]
    if not cases:
        there = sorted({case.what for case in scene.cases if case.what not in USUAL})
        raise Invalid("care.story", story=f"{story.service}/{story.what}", there=" ".join(there))
    case = cases[story.nth % len(cases)]
    sites = {device.id: device.site or device.id for device in scene.devices}
    by = story.at_ms - case.began_ms
    first, last = case.began_ms - LEAD_MS, case.over_ms
    told = tuple(
        one._replace(time_ms=one.time_ms + by)
        for one in _risen(scene.told)
        if first <= one.time_ms <= last and sites[one.device] == case.site
    )
    return Live(story, case, first + by, last + by, told)


def merged(life: Life, midnight_ms: int, lives: Sequence[Live]) -> list[Told]:
    """The day after this midnight with stories in it: while one lasts, its site tells nothing else. In order."""
    told = [one for one in day_of(life, midnight_ms) if not _is_covered(lives, life.sites[one.device], one.time_ms)]
    for live in lives:
        low = bisect.bisect_left(live.told, midnight_ms, key=_when)
        high = bisect.bisect_left(live.told, midnight_ms + DAY_MS, key=_when)
        told += live.told[low:high]
    return sorted(told, key=lambda one: (one.time_ms, one.device))


def midnight_before(now_ms: int) -> int:
    """The last midnight in Korea, Unix ms."""
    return (now_ms + KST_MS) // DAY_MS * DAY_MS - KST_MS


def _is_covered(lives: Sequence[Live], site: str, at_ms: int) -> bool:
    return any(live.case.site == site and live.begin_ms <= at_ms <= live.end_ms for live in lives)


def _when(one: Told) -> int:
    return one.time_ms


def _risen(told: Sequence[Told]) -> Iterator[Told]:
    """The same with counters as how much they rose since they were told last."""
    last: dict[tuple[str, str], float] = {}
    for one in told:
        if isinstance(one, Reading) and one.property in COUNTERS:
            key = (one.device, one.property)
            rose = one.result - last.get(key, one.result)
            last[key] = one.result
            yield one._replace(result=rose)
        else:
            yield one
