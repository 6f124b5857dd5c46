"""Turn rules as paths one may not drive: the sequence of arcs a rule forbids, two for a plain turn, more over roads.

A `no_…` rule forbids its own path; an `only_…` rule forbids every other way out of its last junction to whoever came
its way. A rule whose roads do not meet in the streets forbids nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from bongsu.city.roads.streets import Streets
from bongsu.core.asset import TurnRule

Path = tuple[int, ...]


class Around:
    """Which arcs leave a junction, and which arcs a road has."""

    def __init__(self, streets: Streets, rules: Sequence[TurnRule]) -> None:
        self.tail, self.head = streets.tail.tolist(), streets.head.tolist()
        named = {way for rule in rules for way in (rule.from_road, rule.to_road, *rule.via_roads)}
        rows = np.flatnonzero(np.isin(streets.road_id[streets.road], list(named)))
        self.arcs_of: dict[int, list[int]] = defaultdict(list)
        for link, road in zip(rows.tolist(), streets.road_id[streets.road[rows]].tolist(), strict=True):
            self.arcs_of[road] += [2 * link, 2 * link + 1]
        self._order = np.argsort(streets.tail, kind="stable")
        self._sorted = streets.tail[self._order]
        self.junction = {int(key): row for row, key in enumerate(streets.node_key)} if rules else {}

    def leaving(self, junction: int) -> list[int]:
        """The arcs that leave a junction."""
        low, high = np.searchsorted(self._sorted, (junction, junction + 1))
        leaving: list[int] = self._order[low:high].tolist()
        return leaving


def forbidden(streets: Streets, rules: Sequence[TurnRule], exempt: Sequence[str]) -> set[Path]:
    """All paths the rules forbid to somebody whom the exceptions in `exempt` mean."""
    holding = [rule for rule in rules if not set(rule.exempt) & set(exempt)]
    around = Around(streets, holding)
    return {path for rule in holding for path in _paths(around, rule)}


def _paths(around: Around, rule: TurnRule) -> Iterator[Path]:
    for came in _chains(around, rule):
        corner = around.head[came[-1]]
        onto = [arc for arc in around.arcs_of[rule.to_road] if around.tail[arc] == corner and _meant(rule, came, arc)]
        if not onto:
            continue
        if rule.rule.startswith("no_"):
            yield from ((*came, arc) for arc in onto)
        else:
            yield from ((*came, arc) for arc in around.leaving(corner) if arc not in onto)


def _meant(rule: TurnRule, came: Path, arc: int) -> bool:
    """On one and the same road only the way back is meant by a U-turn, and only the other ways by other rules."""
    if rule.from_road != rule.to_road or rule.via_roads:
        return True
    return (arc == came[-1] ^ 1) == rule.rule.endswith("u_turn")


def _chains(around: Around, rule: TurnRule) -> Iterator[Path]:
    """Each way from the first road to the last junction of the rule."""
    starts = around.arcs_of[rule.from_road]
    if rule.via_node is not None:
        junction = around.junction.get(rule.via_node, -1)
        yield from ((arc,) for arc in starts if around.head[arc] == junction)
        return
    chains: list[Path] = [(arc,) for arc in starts]
    for road in rule.via_roads:
        chains = [longer for chain in chains for longer in _along(around, chain, road)]
    yield from (chain for chain in chains if len(chain) > len(rule.via_roads))


def _along(around: Around, chain: Path, road: int) -> Iterator[Path]:
    """The chain and as much of the road as can be driven straight through, each stop of it one answer."""
    arcs = around.arcs_of[road]
    waiting = [chain]
    while waiting:
        now = waiting.pop()
        for arc in arcs:
            if around.tail[arc] == around.head[now[-1]] and arc not in now and arc ^ 1 not in now:
                longer = (*now, arc)
                yield longer
                waiting.append(longer)
