"""Turn restrictions: from which road over what onto which (wiki.openstreetmap.org, "Relation:restriction").

A rule that holds only at certain hours or for one kind of vehicle is counted and said, not taken: a route planned
with it would be wrong for the rest of the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

import msgspec

from bongsu.core.asset import Road, TurnRule

RULES = frozenset(
    f"{kind}_{turn}"
    for kind, turns in (
        ("no", ("left_turn", "right_turn", "straight_on", "u_turn", "entry", "exit")),
        ("only", ("left_turn", "right_turn", "straight_on", "u_turn")),
    )
    for turn in turns
)
KEYS = ("restriction", "restriction:conditional")

Member = tuple[str, int, str]
"""Kind ("n", "w", "r"), id, role."""


class Told(msgspec.Struct, frozen=True):
    """A restriction as the map tells it."""

    id: int
    tags: Mapping[str, str]
    members: tuple[Member, ...]


def is_restriction(tags: Mapping[str, str]) -> bool:
    """Tell whether a relation restricts a turn."""
    return tags.get("type", "").startswith("restriction")


def is_conditional(tags: Mapping[str, str]) -> bool:
    """Tell whether it holds only at times or for some vehicles."""
    return tags.get("type") != "restriction" or "restriction" not in tags


def rules_of(told: Told, roads: Mapping[int, Road]) -> Iterator[TurnRule]:
    """The rules a restriction makes, one for each pair of roads; none when it does not hang together.

    The roads must be on the map, and a via node must lie on both of them.
    """
    rule = told.tags.get("restriction", "")
    from_roads, to_roads = _ways(told, "from"), _ways(told, "to")
    via_nodes = [ref for kind, ref, role in told.members if kind == "n" and role == "via"]
    via_roads = tuple(_ways(told, "via"))
    known = all(way in roads for way in (*from_roads, *to_roads, *via_roads))
    if rule not in RULES or not known or (len(via_nodes) == 1) == bool(via_roads):
        return
    via_node = via_nodes[0] if via_nodes else None
    for start, end in product(from_roads, to_roads):
        if _hangs_together(roads, start, via_node, via_roads, end):
            yield TurnRule(
                id=told.id,
                rule=rule,
                from_road=start,
                via_node=via_node,
                via_roads=via_roads,
                to_road=end,
                exempt=tuple(word.strip() for word in told.tags.get("except", "").split(";") if word.strip()),
            )


def _hangs_together(
    roads: Mapping[int, Road], start: int, via_node: int | None, via_roads: Sequence[int], end: int
) -> bool:
    if via_node is not None:
        return via_node in roads[start].nodes and via_node in roads[end].nodes
    chain = [set(roads[way].nodes) for way in (start, *via_roads, end)]
    return all(one & other for one, other in pairwise(chain))


def _ways(told: Told, role: str) -> list[int]:
    return [ref for kind, ref, said in told.members if kind == "w" and said == role]
