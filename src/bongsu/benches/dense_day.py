"""A dense day with known truth: which alarm tells of which incident, and alarms that tell of none.

Made by its seed alone. It knows nothing of how alarms are told apart: no constant of the desk is read here. What it
does beyond a tidy model is on purpose, because a real day does so too: some places are far off, some kinds are wrong,
senders' clocks are not right, alarms that have nothing to do with each other crowd at hot spots, and some incidents
happen a street apart within minutes.
"""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

import msgspec

from bongsu.core.geo import Plane, Point
from bongsu.core.report import Report, Severity, Status, Step

FROZEN_SEED = 20261122
MORNING = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
CENTER = Point(127.1, 37.51)
HOURS = 18.0
SIDE_M = 6_000.0
INCIDENTS = 120
UNRELATED = 260
IN_A_BURST = 9
BURST_RADIUS_M = 150.0
BURST_S = 1_800.0

KINDS = {
    "fire": ("gas_leak", 12),
    "gas_leak": ("fire", 3),
    "robbery": ("assault", 8),
    "assault": ("domestic_violence", 24),
    "domestic_violence": ("assault", 12),
    "rescue": ("medical", 20),
    "medical": ("rescue", 30),
    "break_in": ("theft", 8),
    "theft": ("break_in", 12),
    "flood": ("rescue", 2),
}
"""Each kind, what it is most easily mistaken for, and how often it happens beside the others."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Who raises alarms: how far off its places are, whether it says so, how late it is, how its clock stands."""

    sender: str
    share: float
    error_m: tuple[float, float]
    states: bool
    delay_s: float
    clock_s: float


SOURCES = (
    Source(sender="CCTV", share=0.25, error_m=(15.0, 15.0), states=True, delay_s=25.0, clock_s=-3.0),
    Source(sender="IOT", share=0.2, error_m=(30.0, 30.0), states=True, delay_s=45.0, clock_s=40.0),
    Source(sender="POLICE112", share=0.25, error_m=(60.0, 60.0), states=False, delay_s=110.0, clock_s=0.0),
    Source(sender="FIRE119", share=0.15, error_m=(60.0, 60.0), states=False, delay_s=110.0, clock_s=-20.0),
    Source(sender="PHONE", share=0.15, error_m=(10.0, 150.0), states=True, delay_s=80.0, clock_s=0.0),
)


class Noise(msgspec.Struct, frozen=True, kw_only=True):
    """What a day does beyond a tidy model.

    `astray`: share of places far off, by Student's t of two degrees of freedom and half as wide again as stated.
    `mistaken`, `any_kind`: share of alarms that name what the kind is easily taken for, or just any kind.
    `clock`: how much of the senders' clock errors there is. `twins`: incidents 40–80 m and 1–4 min from another one,
    whatever the kinds. `bursts`: hot spots where nine alarms that have nothing to do with each other come within
    half an hour.
    """

    astray: float = 0.05
    mistaken: float = 0.03
    any_kind: float = 0.01
    clock: float = 1.0
    twins: int = 6
    bursts: int = 5


USUAL = Noise()
NONE = Noise(astray=0.0, mistaken=0.0, any_kind=0.0, clock=0.0, twins=0, bursts=0)
DOUBLE = Noise(astray=0.1, mistaken=0.06, any_kind=0.02, clock=2.0, twins=12, bursts=10)


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """A report and the truth beside it: the number of its incident, None of an alarm that tells of none."""

    report: Report
    truth: int | None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What truly happened."""

    at: datetime
    where: Point
    kind: str


def make(seed: int = FROZEN_SEED, noise: Noise = USUAL) -> list[Alarm]:
    """Every alarm of the day in the order they come in, ends of cases among them."""
    chance = random.Random(seed)
    events = _events(chance, noise)
    told = [alarm for number, event in enumerate(events) for alarm in _tell(chance, event, number, noise)]
    told += [_alarm(chance, _event(chance), None, noise) for _ in range(UNRELATED)]
    told += [alarm for _ in range(noise.bursts) for alarm in _burst(chance, noise)]
    told.sort(key=lambda alarm: alarm.report.received_at)
    named = [_named(alarm, number) for number, alarm in enumerate(told)]
    ends = [_end_of(chance, alarm) for alarm in named]
    return sorted([*named, *ends], key=lambda alarm: alarm.report.received_at)


def _events(chance: random.Random, noise: Noise) -> list[Event]:
    events = [_event(chance) for _ in range(INCIDENTS - noise.twins)]
    for first in chance.sample(events, noise.twins):
        where = _around(chance, first.where, chance.uniform(40.0, 80.0))
        at = first.at + timedelta(seconds=chance.choice((-1, 1)) * chance.uniform(60.0, 240.0))
        events.append(Event(at=at, where=where, kind=_kind(chance)))
    return events


def _event(chance: random.Random) -> Event:
    """Half of everything happens in the middle quarter of the city, and more towards the night."""
    side = SIDE_M if chance.random() < 0.5 else SIDE_M / 2
    where = Plane(CENTER).to_point(chance.uniform(-side / 2, side / 2), chance.uniform(-side / 2, side / 2))
    at = MORNING + timedelta(hours=HOURS * math.sqrt(chance.random()))
    return Event(at=at, where=where, kind=_kind(chance))


def _around(chance: random.Random, where: Point, off_m: float) -> Point:
    bearing = chance.uniform(0, 2 * math.pi)
    return Plane(where).to_point(off_m * math.cos(bearing), off_m * math.sin(bearing))


def _kind(chance: random.Random) -> str:
    return chance.choices(list(KINDS), [weight for _, weight in KINDS.values()])[0]


def _tell(chance: random.Random, event: Event, number: int, noise: Noise) -> list[Alarm]:
    """From one alarm to seven, each a case of its own to whoever raises it."""
    count = chance.choices(range(1, 8), (10, 18, 24, 20, 14, 8, 6))[0]
    return [_alarm(chance, event, number, noise) for _ in range(count)]


def _burst(chance: random.Random, noise: Noise) -> list[Alarm]:
    """A street at night: alarms of two kinds that have nothing to do with each other."""
    middle = _event(chance)
    kinds = (_kind(chance), _kind(chance))
    alarms = []
    for _ in range(IN_A_BURST):
        where = _around(chance, middle.where, BURST_RADIUS_M * math.sqrt(chance.random()))
        at = middle.at + timedelta(seconds=chance.uniform(0, BURST_S))
        alarms.append(_alarm(chance, Event(at=at, where=where, kind=chance.choice(kinds)), None, noise))
    return alarms


def _alarm(chance: random.Random, event: Event, number: int | None, noise: Noise) -> Alarm:
    source = chance.choices(SOURCES, [one.share for one in SOURCES])[0]
    error_m = math.exp(chance.uniform(*map(math.log, source.error_m)))
    sent_at = event.at + timedelta(seconds=chance.expovariate(1 / source.delay_s))
    clock_s = noise.clock * (source.clock_s + chance.gauss(0.0, 5.0))
    report = Report(
        sender=source.sender,
        key="",
        digest="d",
        occurrence="",
        step=Step.OCCURRED,
        kind=_heard_as(chance, event.kind, noise),
        severity=chance.choice((Severity.SEVERE, Severity.MODERATE)),
        received_at=sent_at + timedelta(seconds=chance.uniform(0.1, 2.0)),
        occurred_at=sent_at + timedelta(seconds=clock_s),
        where=_off(chance, event.where, error_m, noise),
        accuracy_m=round(error_m, 1) if source.states else None,
        address="-",
        status=Status.EXERCISE,
    )
    return Alarm(truth=number, report=report)


def _off(chance: random.Random, where: Point, error_m: float, noise: Noise) -> Point:
    """Mostly as far off as stated."""
    east, north = chance.gauss(0.0, error_m), chance.gauss(0.0, error_m)
    if chance.random() < noise.astray:
        wide = 1.5 / math.sqrt(chance.expovariate(1.0))
        east, north = east * wide, north * wide
    return Plane(where).to_point(east, north)


def _heard_as(chance: random.Random, kind: str, noise: Noise) -> str:
    draw = chance.random()
    if draw < noise.mistaken:
        return KINDS[kind][0]
    return _kind(chance) if draw < noise.mistaken + noise.any_kind else kind


def _named(alarm: Alarm, number: int) -> Alarm:
    report = msgspec.structs.replace(alarm.report, occurrence=f"{number:05d}", key=f"{number:05d}-10")
    return msgspec.structs.replace(alarm, report=report)


def _end_of(chance: random.Random, alarm: Alarm) -> Alarm:
    """Whoever raised an alarm says some time later that his case is over."""
    begun = alarm.report
    at = begun.received_at + timedelta(seconds=chance.uniform(900.0, 4_500.0))
    report = msgspec.structs.replace(begun, key=f"{begun.occurrence}-91", step=Step.ENDED, received_at=at, stated_at=at)
    return msgspec.structs.replace(alarm, report=report)
