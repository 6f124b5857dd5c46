"""From turns of devices (this one is in danger, that one no more) to the begins and ends of a site's danger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from bongsu.core.detection import Detection, Phase
from bongsu.core.geo import Point
from bongsu.core.register import Register
from bongsu.core.rule import Rule
from bongsu.rules.scope import InForce
from bongsu.rules.state import Move, Moves, Spell, State, Table

Values = Mapping[str, str | float]
NONE = np.empty(0, np.intp)


class Turn(NamedTuple):
    """One device (its row) comes into danger or out of it at `at_ms`; the danger itself began at `began_ms`."""

    at_ms: int
    device: int
    begins: bool
    began_ms: int
    cause: str = ""
    values: Values = MappingProxyType({})
    where: Point | None = None


Found = tuple[list[Detection], Moves]
"""What a batch holds, and what becomes of the rule's state once that is kept."""


def tell(turns: Iterable[Turn], moves: Iterable[Move], register: Register, rule: InForce[Any], state: State) -> Found:
    """What was found, from the turns of devices: a site's danger begins with its first device and ends with its last.

    A site never begins twice at one `began_ms`: a later danger that claims an earlier beginning begins 1 ms after it.
    """
    found: list[Detection] = []
    spells: dict[str, Spell] = {}
    for turn in sorted(turns, key=lambda one: (one.at_ms, one.begins)):
        site = register.sites[register.site[turn.device]]
        spell = spells.get(site) or state.spells.get(site) or Spell(0, 0)
        if not turn.begins and not spell.devices:
            continue
        if turn.begins:
            began_ms = spell.began_ms if spell.devices else max(turn.began_ms, spell.began_ms + 1)
            spells[site] = Spell(spell.devices + 1, began_ms)
        else:
            began_ms = spell.began_ms
            spells[site] = Spell(spell.devices - 1, began_ms)
        if not (spell if turn.begins else spells[site]).devices and counts(rule.rule, began_ms):
            found.append(_detection(turn, register, rule, site, began_ms))
    return found, Moves(tuple(moves), spells)


def counts(rule: Rule, began_ms: int) -> bool:
    """Whether a danger that began then is one by the rule's hours; its end carries the same `began_ms`."""
    return rule.hours is None or rule.hours.holds(began_ms)


def released(name: str, table: Table, device_of: Callable[[int], int], now_ms: int) -> tuple[list[Turn], Move]:
    """The end of the dangers of slots that the rule covers no more; `device_of` gives a device for a table's row."""
    none = table.live.all()  # nearly always so, and told at a tenth of the cost
    gone = NONE if none else np.flatnonzero((table.columns["began_ms"] > 0) & ~table.live)
    turns = [Turn(now_ms, device_of(row), False, 0, "released") for row in table.rows[gone].tolist()]
    return turns, Move(name, gone, {"began_ms": np.zeros(len(gone), np.int64)})


def device_at(register: Register, site: int) -> int:
    """The row of a device of this site: of the person it protects, where there is one."""
    rows = np.flatnonzero(register.site == site)
    return next((row for row in rows.tolist() if register.devices[row].ward), int(rows[0]))


def _detection(turn: Turn, register: Register, rule: InForce[Any], site: str, began_ms: int) -> Detection:
    device = register.devices[turn.device]
    return Detection(
        rule=rule.id,
        site=site,
        device=device.id,
        kind=rule.rule.kind,
        phase=Phase.BEGAN if turn.begins else Phase.OVER,
        began_ms=began_ms,
        at_ms=max(turn.at_ms, began_ms),
        severity=rule.rule.severity,
        where=turn.where or device.where,
        ward=device.ward,
        cause=turn.cause,
        values=dict(turn.values),
        exercise=device.exercise,
    )
