"""A scenario: a readable file of a few lines that says what happens in the simulated city.

Every word stands in docs/reference/scenario.md. A word that is not known stops the reading with its line and the
word that was probably meant; so does a value that cannot be.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bongsu.core.clock import KST
from bongsu.world.reading import Read, Word, document
from bongsu.world.sky import Weather

SHIPPED = Path(__file__).parent / "scenarios"
SIZES = ("town", "city", "metropolis")
WHAT: Mapping[str, tuple[str, ...]] = {
    "crime": ("robbery", "assault", "theft", "pickpocketing", "break_in", "weapon", "stalking", "kidnapping"),
    "fire": ("apartment", "house", "shop", "car", "hill"),
    "accident": ("crash", "pedestrian", "pile_up"),
    "lost": ("dementia", "child"),
    "medical": ("collapse", "fall"),
    "tag": ("zone", "damage", "approach"),
    "disaster": ("flood", "landslide", "collapse", "gas"),
}
"""What can happen, and the kinds of it."""

FLEES = ("on_foot", "by_car", "no")
RATES = {"crimes": "crime", "fires": "fire", "accidents": "accident", "lost": "lost", "medical": "medical"}
TOP = ("title", "title_en", "size", "start", "seed", "weather", "speed", "events")
EVENT = ("at", *WHAT, "flee", "near", "lon", "lat", "callers", "random")
LONGEST_S = 7 * 24 * 3600.0


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One event the scenario orders, `at_s` after the start; where nothing is said, the seed decides.

    `near` is a street's name in Korean or English, `callers` how many people ring.
    """

    at_s: float
    what: str
    kind: str
    flee: str = ""
    near: str = ""
    lon: float | None = None
    lat: float | None = None
    callers: int | None = None
    line: int = 0


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A run of the simulated city: `weather` None leaves it to the seed; `rates` are events an hour of each kind."""

    name: str
    title: str
    title_en: str
    size: str
    start: datetime
    seed: int = 1
    weather: Weather | None = None
    speed: float = 1.0
    events: tuple[Told, ...] = ()
    rates: dict[str, float] = {}


def shipped() -> tuple[str, ...]:
    """The names of the scenarios that come with the package."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yaml")))


def load(name_or_path: str) -> Scenario:
    """Read a shipped scenario by its name, or a file by its path.

    Raises Invalid("scenario.unreadable"), ("scenario.word") or ("scenario.value"), the last two with the line.
    """
    inside = SHIPPED / f"{name_or_path}.yaml"
    path = inside if name_or_path in shipped() else Path(name_or_path)
    return read(document(path, shipped()), path.stem)


def read(top: Read, name: str) -> Scenario:
    """A scenario out of a document."""
    words = top.words(TOP)
    size = words["size"].one_of(SIZES) if "size" in words else "town"
    told: list[Told] = []
    rates: dict[str, float] = {}
    for event in words["events"].items() if "events" in words else ():
        inside = event.words(EVENT)
        if "random" in inside:
            if len(inside) > 1:
                raise next(word for name, word in inside.items() if name != "random").wrong("random: …")
            rates |= _rates(inside)
        else:
            told.append(_event(event, inside))
    title = words["title"].text() if "title" in words else name
    return Scenario(
        name=name,
        title=title,
        title_en=words["title_en"].text() if "title_en" in words else title,
        size=size,
        start=_start(top, words),
        seed=words["seed"].whole(0, 2**31) if "seed" in words else 1,
        weather=_weather(words),
        speed=words["speed"].number(0.1, 1000.0) if "speed" in words else 1.0,
        events=tuple(sorted(told, key=lambda one: one.at_s)),
        rates=rates,
    )


def _start(top: Read, words: Mapping[str, Word]) -> datetime:
    """When the simulated day begins; a time without an offset is Korean."""
    if "start" not in words:
        raise top.missing("start")
    text = words["start"].text()
    try:
        start = datetime.fromisoformat(text)
    except ValueError as problem:
        raise words["start"].wrong("2026-11-22T18:00") from problem
    return start if start.tzinfo else start.replace(tzinfo=KST)


def _weather(words: Mapping[str, Word]) -> Weather | None:
    if "weather" not in words:
        return None
    word = words["weather"].one_of((*Weather, "any"))
    return None if word == "any" else Weather(word)


def _rates(inside: Mapping[str, Word]) -> dict[str, float]:
    rows = inside["random"].words(tuple(f"{many}_per_hour" for many in RATES))
    return {RATES[word.removesuffix("_per_hour")]: value.number(0.0, 1000.0) for word, value in rows.items()}


def _event(event: Read, inside: Mapping[str, Word]) -> Told:
    what = [word for word in WHAT if word in inside]
    if len(what) != 1:
        raise event.missing(" | ".join(WHAT))
    if "at" not in inside:
        raise event.missing("at")
    if ("lon" in inside) != ("lat" in inside):
        raise event.missing("lat" if "lon" in inside else "lon")
    if "flee" in inside and what[0] != "crime":
        raise inside["flee"].wrong("crime")
    return Told(
        at_s=_offset(inside["at"]),
        what=what[0],
        kind=inside[what[0]].one_of(WHAT[what[0]]),
        flee=inside["flee"].one_of(FLEES) if "flee" in inside else "",
        near=inside["near"].text() if "near" in inside else "",
        lon=inside["lon"].number(-180, 180) if "lon" in inside else None,
        lat=inside["lat"].number(-90, 90) if "lat" in inside else None,
        callers=inside["callers"].whole(0, 30) if "callers" in inside else None,
        line=event.line,
    )


def _offset(word: Word) -> float:
    """Seconds after the start: +HH:MM or +HH:MM:SS."""
    parts = word.text().removeprefix("+").split(":")
    if not word.text().startswith("+") or len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts):
        raise word.wrong("+00:05")
    hours, minutes, seconds = [*map(int, parts), 0][:3]
    after = timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()
    if minutes > 59 or seconds > 59 or after > LONGEST_S:
        raise word.wrong("+00:05")
    return after
