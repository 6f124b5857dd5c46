"""Forbidden paths built into a graph: plain turns are left out, longer paths get states that remember."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from bongsu.city.roads.rules import Path
from bongsu.city.roads.streets import Ints

Columns = tuple[Ints, Ints, Ints]
"""Source, target and cost of each turn."""


def with_memory(
    arcs: int, barred: Iterable[Path], source: Ints, target: Ints, cost: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """The arc of each state, and the turns between states, so that exactly the barred paths cannot be driven."""
    paths = set(barred)
    keys = source.astype(np.int64) * arcs + target
    plain = np.array([path[0] * arcs + path[1] for path in paths if len(path) == 2], np.int64)
    beginnings = sorted({path[:n] for path in paths for n in range(2, len(path))})
    state_of = {path: arcs + row for row, path in enumerate(beginnings)}
    arc = np.concatenate((np.arange(arcs), [path[-1] for path in beginnings])).astype(np.int32)
    onward = _onward(beginnings, source, target, cost)
    more = [
        (state_of[came], _after(came, onto, state_of), ms)
        for came in beginnings
        for onto, ms in onward[came[-1]]
        if not _is_barred((*came, onto), paths)
    ]
    redirected = target.copy()
    entered = {path[0] * arcs + path[1]: state for path, state in state_of.items() if len(path) == 2}
    for row in np.flatnonzero(np.isin(keys, list(entered))).tolist():
        redirected[row] = entered[int(keys[row])]
    keep = ~np.isin(keys, plain)
    added = np.array(more, np.int32).reshape(-1, 3)
    return (
        arc,
        np.concatenate((source[keep], added[:, 0])),
        np.concatenate((redirected[keep], added[:, 1])),
        np.concatenate((cost[keep], added[:, 2])),
    )


def _onward(beginnings: list[Path], source: Ints, target: Ints, cost: Ints) -> dict[int, list[tuple[int, int]]]:
    """Where one can turn from the last arc of each beginning, and at what cost."""
    rows = np.flatnonzero(np.isin(source, [path[-1] for path in beginnings]))
    onward: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows.tolist():
        onward[int(source[row])].append((int(target[row]), int(cost[row])))
    return onward


def _is_barred(driven: Path, paths: set[Path]) -> bool:
    return any(driven[n:] in paths for n in range(len(driven) - 1))


def _after(came: Path, onto: int, state_of: dict[Path, int]) -> int:
    """The state after one more turn: the longest beginning that the way so far ends with."""
    driven = (*came, onto)
    return next((state_of[driven[n:]] for n in range(len(driven) - 1) if driven[n:] in state_of), onto)
