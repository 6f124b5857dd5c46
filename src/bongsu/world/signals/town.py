"""Which junctions of a city have lights, and by which programme: made from its streets alone, as a register."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from bongsu.core.asset import Road
from bongsu.core.geo import Point
from bongsu.core.signal import Phase, Signal, Turn

LIT = ("trunk", "primary", "secondary")
"""The classes of streets whose junctions have lights, the wider first."""
ARMS_LEAST = 3
LEFT_MS, THROUGH_MS = 20_000, 50_000
WALK_MS, CLEARANCE_MS = 7_000, 14_000


class _Arm(NamedTuple):
    """A street that meets a junction: how narrow its class is, where vehicles drive as they come in, its names."""

    rank: int
    heading_deg: float
    name: str
    name_en: str


class _Movement(NamedTuple):
    """A phase's number in the usual dual ring, with its ring and barrier."""

    number: int
    ring: int
    barrier: int


THROUGH = (_Movement(2, 1, 1), _Movement(4, 1, 2), _Movement(6, 2, 1), _Movement(8, 2, 2))
LEFT = (_Movement(5, 2, 1), _Movement(7, 2, 2), _Movement(1, 1, 1), _Movement(3, 1, 2))
"""By quarter turns of an approach from the main one."""


def register_of(roads: Iterable[Road], url: str, classes: tuple[str, ...] = LIT) -> dict[str, Signal]:
    """A signal for each junction where three arms or more of such streets meet; each at `url`/<id>."""
    arms: dict[int, list[_Arm]] = defaultdict(list)
    places: dict[int, Point] = {}
    for road in roads:
        if road.road_class in classes:
            _meet(road, classes.index(road.road_class), arms, places)
    found: dict[str, Signal] = {}
    for node in sorted(node for node, met in arms.items() if len(met) >= ARMS_LEAST):
        name = f"S-{len(found) + 1:04d}"
        signal = _signal(sorted(arms[node]), places[node], f"{url}/{name}", name)
        if signal is not None:
            found[name] = signal
    return found


def _meet(road: Road, rank: int, arms: dict[int, list[_Arm]], places: dict[int, Point]) -> None:
    """Note at every corner of a street from where one comes to it along this street."""
    spots = [Point(lon, lat) for lon, lat in road.line]
    for at, node in enumerate(road.nodes):
        places[node] = spots[at]
        for before in (at - 1, at + 1):
            if 0 <= before < len(spots):
                arms[node].append(_Arm(rank, _bearing_deg(spots[before], spots[at]), road.name, road.name_en))


def _signal(arms: list[_Arm], where: Point, url: str, unnamed: str) -> Signal | None:
    """Its programme, `unnamed` by name where no street has one; None where nobody crosses anybody."""
    main = arms[0].heading_deg
    approaches: dict[int, float] = {}
    for arm in arms:
        approaches.setdefault(round(((arm.heading_deg - main) % 360) / 90) % 4, arm.heading_deg)
    if not approaches.keys() & {1, 3} or len(approaches) < ARMS_LEAST:
        return None
    moves = {THROUGH[quarter]: (heading, False) for quarter, heading in approaches.items()}
    moves |= {LEFT[quarter]: (heading, True) for quarter, heading in approaches.items()}
    phases = tuple(_phase(move, *moves[move], moves) for move in sorted(moves))
    name = _named(arms, "name") or unnamed
    return Signal(name=name, name_en=_named(arms, "name_en"), where=where, url=url, phases=phases)


def _phase(move: _Movement, heading: float, is_left: bool, moves: Mapping[_Movement, tuple[float, bool]]) -> Phase:
    """Alone between its barriers in its ring it has the time of both."""
    is_alone = sum((other.ring, other.barrier) == (move.ring, move.barrier) for other in moves) == 1
    share = LEFT_MS + THROUGH_MS if is_alone else LEFT_MS if is_left else THROUGH_MS
    walks = {} if is_left else {"walk_ms": WALK_MS, "walk_clearance_ms": CLEARANCE_MS}
    turns = (Turn.LEFT,) if is_left else (Turn.THROUGH, Turn.RIGHT)
    return Phase(
        number=move.number, heading_deg=round(heading, 1) % 360, turns=turns, ring=move.ring, barrier=move.barrier,
        split_ms=share, **walks,
    )  # fmt: skip


def _named(arms: list[_Arm], which: str) -> str:
    names = list(dict.fromkeys(name for arm in arms if (name := getattr(arm, which))))
    return " · ".join(names[:2])


def _bearing_deg(start: Point, end: Point) -> float:
    """Clockwise from north."""
    east = (end.lon - start.lon) * math.cos(math.radians(end.lat))
    return math.degrees(math.atan2(east, end.lat - start.lat)) % 360


def toml_of(signals: Mapping[str, Signal]) -> str:
    """The register as the file that `bongsu signals import` reads."""
    return "\n".join(_table(name, signal) for name, signal in signals.items())


def _table(name: str, signal: Signal) -> str:
    names = "".join(f"{one} = {_quoted(getattr(signal, one))}\n" for one in ("name", "name_en", "url"))
    where = f"{{ lon = {signal.where.lon:.7f}, lat = {signal.where.lat:.7f} }}"
    return f"[{name}]\n{names}where = {where}\n" + "".join(_row(name, phase) for phase in signal.phases)


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _row(name: str, phase: Phase) -> str:
    turns = ", ".join(f'"{turn.value}"' for turn in phase.turns)
    numbers = ("number", "heading_deg", "ring", "barrier", "split_ms", "walk_ms", "walk_clearance_ms")
    return f"[[{name}.phases]]\nturns = [{turns}]\n" + "".join(f"{one} = {getattr(phase, one)}\n" for one in numbers)
