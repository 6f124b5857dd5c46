"""A made city of streets: a grid with noise, in which arterials, one-way streets, gaps and turn rules are strewn."""

from __future__ import annotations

import numpy as np

from bongsu.core.asset import Ground, Road, TurnRule
from bongsu.core.geo import Plane, Point

BLOCK_M = 110.0
JITTER_M = 22.0
GAP, ONE_WAY, RULED = 0.08, 0.2, 0.03
"""Shares: blocks without their street, back streets that are one-way, junctions with a turn rule."""
NARROW = 0.15
"""Share of back streets narrower than a ladder truck needs."""
SEOUL = Plane(Point(126.99, 37.55))


def city(side: int, seed: int = 7) -> Ground:
    """`side` streets each way: about 3.4 arcs for each of the side x side junctions."""
    chance = np.random.default_rng(seed)
    spots = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1) * BLOCK_M
    spots = spots - side * BLOCK_M / 2 + chance.normal(0, JITTER_M, spots.shape)
    east, north = SEOUL.metres_per_degree()
    lonlat = spots / (east, north) + (SEOUL.origin.lon, SEOUL.origin.lat)
    ids = np.arange(side * side).reshape(side, side) + 1
    roads: list[Road] = []
    for line in range(side):
        roads += _street(len(roads), line, lonlat[line], ids[line], chance)
        roads += _street(len(roads), line, lonlat[:, line], ids[:, line], chance)
    return Ground(roads=tuple(roads), turn_rules=_rules(roads, chance))


def _street(known: int, line: int, lonlat: np.ndarray, ids: np.ndarray, chance: np.random.Generator) -> list[Road]:
    """One street, cut in pieces where blocks have none; an arterial has no gaps."""
    kind = next((name for every, name in ((16, "primary"), (8, "secondary"), (4, "tertiary")) if line % every == 0), "")
    gaps = np.flatnonzero(chance.random(len(ids) - 1) < (0.0 if kind else GAP))
    one_way = 0 if kind or chance.random() >= ONE_WAY else int(chance.choice((1, -1)))
    width = 3.2 if not kind and chance.random() < NARROW else None
    pieces = np.split(np.arange(len(ids)), gaps + 1)
    return [
        Road(
            id=known + number + 1,
            line=tuple(map(tuple, lonlat[piece].tolist())),
            road_class=kind or "residential",
            name=f"{line}",
            lanes={"primary": 8, "secondary": 6, "tertiary": 4}.get(kind),
            oneway=one_way,
            width_m=width,
            nodes=tuple(ids[piece].tolist()),
        )
        for number, piece in enumerate(pieces)
        if len(piece) >= 2
    ]


def _rules(roads: list[Road], chance: np.random.Generator) -> tuple[TurnRule, ...]:
    """Turns forbidden or ordered at some junctions, and U-turns forbidden over a short road."""
    meeting: dict[int, list[int]] = {}
    for road in roads:
        for node in road.nodes:
            meeting.setdefault(node, []).append(road.id)
    crossings = [(node, ids) for node, ids in meeting.items() if len(ids) == 2]
    picked = chance.choice(len(crossings), size=int(len(crossings) * RULED), replace=False)
    rules = []
    for number, row in enumerate(picked.tolist()):
        node, (one, other) = crossings[row]
        rule = ("no_left_turn", "no_right_turn", "only_straight_on", "no_left_turn")[number % 4]
        to_road = one if rule == "only_straight_on" else other
        rules.append(TurnRule(id=number, rule=rule, from_road=one, via_node=node, to_road=to_road))
    short = [
        road for road in roads if len(road.nodes) == 2 and len(meeting[road.nodes[0]]) > 1 < len(meeting[road.nodes[1]])
    ]
    for number, road in enumerate(short[: len(picked) // 20]):
        before, after = (next(i for i in meeting[node] if i != road.id) for node in road.nodes)
        rules.append(TurnRule(id=-number - 1, rule="no_u_turn", from_road=before, via_roads=(road.id,), to_road=after))
    return tuple(rules)
