"""The route list of a message (tranSysHis): which systems it has passed, and whether it has come back to us."""

from __future__ import annotations

from collections.abc import Collection

from bongsu.wires.scsns.results import Result, refusal
from bongsu.wires.scsns.values import NAME_CHARS, opened, plain

FIELD = "tranSysHis"
MAX_HOPS = 32
"""A message that has passed more systems than a country has provinces is going round."""


def mark(code: str, system: str) -> str:
    """A system's entry in a route list."""
    return f"{code}_{system}"


def read_route(value: object) -> tuple[str, ...]:
    """The hops, oldest first: from a list of objects or texts, an object tranSysHis1…N, or one text."""
    value = opened(value, FIELD)
    if isinstance(value, dict):
        hops = [value[name] for name in sorted(value, key=_place)]
    elif isinstance(value, list):
        hops = [hop.get(FIELD) if isinstance(hop, dict) else hop for hop in value]
    else:
        hops = [value]
    return tuple(text for text in (_hop(hop) for hop in hops) if text)


def _hop(value: object) -> str:
    text = plain(value, FIELD).strip()
    if len(text) > 2 * NAME_CHARS:
        raise refusal(Result.WRONG_TYPE, "wrong_type", field=FIELD)
    return text


def _place(name: str) -> tuple[bool, int, str]:
    """tranSysHis2 before tranSysHis10, and tranSysHisN last."""
    digits = name.removeprefix(FIELD)
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 6
    return not is_number, int(digits) if is_number else 0, name


def build_route(route: Collection[str]) -> list[dict[str, str]]:
    """The hops as they go out: a list of objects."""
    return [{FIELD: hop} for hop in route]


def has_looped(route: Collection[str], ours: Collection[str]) -> bool:
    """Tell whether one of our own systems is already in the route, or the route has no end.

    A sender that names its receiver's SCSNS as the next hop (`<our code>_SCSNS`, as KETI's does) is no loop.
    """
    return len(route) > MAX_HOPS or any(hop in ours for hop in route)
