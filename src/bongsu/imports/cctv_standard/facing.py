"""Where a camera looks, from 촬영방면정보: a bearing where it names one, all-round where it says so, else nothing.

The column is mostly prose about the place ("주택 앞 삼거리"), so a wind word counts only when it stands alone or is
followed by a word for direction: "동문 앞" and "서대전역" are places, not bearings. A bare "45°" may be a lens
angle as well as a bearing; it counts as a bearing only when the whole file uses many different ones
(`bare_degrees_are_bearings`), because lens angles come in a few sizes and bearings do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

_ROSES = (
    "북 북북동 북동 동북동 동 동남동 남동 남남동 남 남남서 남서 서남서 서 서북서 북서 북북서",
    "북 북북동 동북 동북동 동 동남동 동남 남남동 남 남남서 서남 서남서 서 서북서 서북 북북서",
    "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW",
)
WINDS = {word: step * 22.5 for rose in _ROSES for step, word in enumerate(rose.split())}
"""The sixteen winds in degrees clockwise from north."""

_WIND = "|".join(sorted(WINDS, key=len, reverse=True))
_DEGREES = r"(\d{1,3}(?:\.\d+)?)\s*(?:도|°|º|deg)"
ALL_ROUND = re.compile(
    r"(?<!\d)360\s*(?:도|°|º|˚|deg|$)|전\s*방향|전방위|전\s*방면|사방|전체\s*방향|어안|omni", re.IGNORECASE
)
ALONE = re.compile(
    rf"\s*({_WIND})\s*(?:쪽|측|편|향|방향|방면|쪽\s*방향|쪽\s*방면)?\s*(?=$|[(,·/]|\d{{1,3}}(?:\.\d+)?\s*[도°º])",
    re.IGNORECASE,
)
IN_PROSE = re.compile(rf"(?:^|[\s(,])({_WIND})(?:쪽\s*방향|쪽\s*방면|측\s*방향|방향|방면|향)(?=$|[\s),])")
SPOKEN = re.compile(
    rf"(?:방위각?|방향각?|heading)\s*[:=]?\s*{_DEGREES}?|{_DEGREES}\s*(?:방향|방면|방위)", re.IGNORECASE
)
LENS = re.compile(r"(?:화각|시야각|촬영각도?|h?fov)\s*[:=]?\s*(\d{1,3}(?:\.\d+)?)", re.IGNORECASE)
BARE = re.compile(rf"\s*{_DEGREES}\s*")

MIN_DISTINCT_BEARINGS = 8


class Facing(msgspec.Struct, frozen=True):
    """Bearing and horizontal field of view in degrees; None where the text does not say."""

    heading_deg: float | None = None
    hfov_deg: float | None = None


NOWHERE = Facing()
EVERYWHERE = Facing(None, 360.0)


def facing(text: str, *, bare_degrees_are_bearings: bool = False) -> Facing:
    """What a 촬영방면정보 cell says; two different bearings in one cell are no bearing."""
    text = text.strip()
    if not text:
        return NOWHERE
    if ALL_ROUND.search(text):
        return EVERYWHERE
    hfov = _lens(text)
    if hfov == 360:
        return EVERYWHERE
    return Facing(_bearing(LENS.sub("", text), bare_degrees_are_bearings), hfov)


def bare_degrees_are_bearings(texts: Iterable[str]) -> bool:
    """Judge a whole column: do its bare degrees ("135도") spread like bearings, or repeat like lens angles?"""
    found = {match[1] for text in texts if (match := BARE.fullmatch(text))} - {"360"}
    return len(found) >= MIN_DISTINCT_BEARINGS


def _lens(text: str) -> float | None:
    found = LENS.search(text)
    value = float(found[1]) if found else 0.0
    return value if 0 < value <= 360 else None


def _bearing(text: str, bare_counts: bool) -> float | None:
    wind = _wind(text)
    exact = _exact(text, wind, bare_counts)
    if exact is None or wind is None:
        return wind if exact is None else exact
    apart = abs((exact - wind + 180) % 360 - 180)
    return exact if apart <= 45 else None


def _wind(text: str) -> float | None:
    alone = ALONE.match(text)
    words = {alone[1].upper()} if alone else set(IN_PROSE.findall(text))
    rest = text[alone.end() :] if alone else ""
    if alone and re.search(rf"^[,·/]\s*(?:{_WIND})", rest, re.IGNORECASE):
        return None
    return WINDS[words.pop()] if len(words) == 1 else None


def _exact(text: str, wind: float | None, bare_counts: bool) -> float | None:
    found = next((match for match in SPOKEN.finditer(text) if match[1] or match[2]), None)
    value = float(found[1] or found[2]) if found else None
    if value is None and (wind is not None or (bare_counts and BARE.fullmatch(text))):
        degrees = re.search(_DEGREES, text)
        value = float(degrees[1]) if degrees else None
    return value % 360 if value is not None and value <= 360 else None
