"""The rhythm of a home: how likely each hour of its week is to pass without a sign, and how long is surprising.

Hours are whole hours of the city's clock (KST, no summer time); the hour of the week counts from 1970-01-01, a
Thursday. A silence's surprise is -ln of the probability that all its whole hours are silent, one by one.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bongsu.core.rule import DayPart, Rhythm

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
HOUR_MS, WEEK_H, DAY_H = 3_600_000, 168, 24
KST_MS = 9 * HOUR_MS
LEARNED_H_AT_MOST = 48
"""Of one silence no more hours are learned: a fortnight away must not make the home deaf."""
POOL_WEIGHT = 1.0
"""How many weeks of its own an hour needs to count as much as the same hour of all other days."""
LOOK_H = 2 * WEEK_H
NEVER_MS = 1 << 62


def hour_of(time_ms: Times) -> Times:
    """The hour of the city's clock, counted from 1970."""
    return (time_ms + KST_MS) // HOUR_MS


def learn(heard: Floats, quiet: Floats, before: Times, hour: Times, memory_weeks: float) -> None:
    """Count, in place, the hours after `before` up to `hour` (n each): all were quiet but the last.

    `heard` and `quiet` (n, 168) are how often each hour of the week was lived through and quiet, lately.
    """
    keep = 1 - 1 / memory_weeks
    span = np.minimum(hour - before, LEARNED_H_AT_MOST + 1)
    for after in range(1, int(span.max(initial=0)) + 1):
        rows = np.flatnonzero(span >= after)
        week_hour = (before[rows] + after) % WEEK_H
        is_quiet = before[rows] + after != hour[rows]
        heard[rows, week_hour] = heard[rows, week_hour] * keep + 1
        quiet[rows, week_hour] = quiet[rows, week_hour] * keep + is_quiet


def surprises(heard: Floats, quiet: Floats) -> Floats:
    """How surprising it is that an hour of the week passes silently (n, 168), nats; few weeks lean on other days."""
    by_day = (len(heard), WEEK_H // DAY_H, DAY_H)
    all_heard = heard.reshape(by_day).sum(axis=1) + 1
    all_quiet = quiet.reshape(by_day).sum(axis=1) + 0.5
    pool = np.tile(all_quiet / all_heard, (1, WEEK_H // DAY_H))
    surprise: Floats = -np.log((quiet + POOL_WEIGHT * pool) / (heard + POOL_WEIGHT))
    return surprise


def surprise_between(surprise: Floats, before: Times, hour: Times) -> Floats:
    """What a silence that lasted from the hour `before` to `hour` came to; of both hours themselves nothing counts."""
    running = _running(surprise, before)
    whole = np.clip(hour - before - 1, 0, LOOK_H)
    return np.where(whole > 0, np.take_along_axis(running, np.maximum(whole - 1, 0)[:, None], axis=1)[:, 0], 0.0)


def due_by_rhythm(surprise: Floats, last_ms: Times, need: Floats, terms: Rhythm) -> Times:
    """When a silence since `last_ms` becomes an alarm, ms; NEVER_MS where two weeks are not enough."""
    before = hour_of(last_ms)
    running = _running(surprise, before)
    enough = running >= need[:, None]
    hours = np.where(enough[:, -1], enough.argmax(axis=1) + 1, 0)
    end = (before + 1 + hours) * HOUR_MS - KST_MS
    least = last_ms + int(terms.at_least_h * HOUR_MS)
    return np.where(hours > 0, np.maximum(end, least), NEVER_MS)


def _running(surprise: Floats, before: Times) -> Floats:
    hours = (before[:, None] + 1 + np.arange(LOOK_H)) % WEEK_H
    running: Floats = np.cumsum(np.take_along_axis(surprise, hours, axis=1), axis=1)
    return running


def due_by_limits(last_ms: Times, parts: tuple[DayPart, ...]) -> Times:
    """When a silence since `last_ms` has used up the shares of the parts of the day it went through, ms."""
    used = _used_by_minute(parts)
    a_day = used[-1]
    if not len(last_ms) or a_day <= 0:
        return np.full(len(last_ms), NEVER_MS)
    day_ms = DAY_H * HOUR_MS
    local = last_ms + KST_MS
    minutes = np.arange(len(used))
    start = (local // day_ms) * a_day + np.interp(local % day_ms / 60_000, minutes, used)
    days = np.floor((start + 1) / a_day)
    strictly = used + np.arange(len(used)) * 1e-12  # a part of the day without a limit is flat
    within = np.interp(start + 1 - days * a_day, strictly, minutes)
    due: Times = ((days * (len(used) - 1) + within) * 60_000).astype(np.int64) - KST_MS
    return due


@lru_cache(maxsize=64)  # the same few for every batch
def _used_by_minute(parts: tuple[DayPart, ...]) -> Floats:
    """The share of patience used from midnight to each minute of a day; of parts that overlap the strictest counts."""
    hour = (np.arange(DAY_H * 60) + 0.5) / 60
    rate = np.zeros(len(hour))
    for part in parts:
        within = (hour >= part.from_h) & (hour < part.to_h)
        if part.from_h > part.to_h:
            within = (hour >= part.from_h) | (hour < part.to_h)
        rate[within] = np.maximum(rate[within], 1 / (part.limit_h * 60))
    return np.concatenate([[0.0], np.cumsum(rate)])
