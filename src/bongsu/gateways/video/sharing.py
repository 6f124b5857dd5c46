"""Which video processes share the recordings, and what of a camera's recordings they hold between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bongsu.core.processes import Process
from bongsu.core.recording import Orders, Recorded
from bongsu.core.rendezvous import owner

GRACE_S = 3.0
"""After the core's start every process is thought to be there, so that cameras do not move while lines are opened."""

STEADY_S = 10.0
"""A process that dies again and again must not take its cameras back each time: every move costs a gap."""


def sharers(
    names: Iterable[str], since: Mapping[str, float], lost: Collection[str], began_s: float, now_s: float
) -> tuple[str, ...]:
    """Of the names those that divide the recordings; a returned one only once it is steady, or nobody else is there.

    `since` is when each that is there came (monotonic seconds), `lost` those that went since the core began.
    """

    def counts(name: str) -> bool:
        if name not in since:
            return name not in lost and now_s < began_s + GRACE_S
        return name not in lost or now_s - since[name] >= STEADY_S

    every = tuple(names)
    return tuple(filter(counts, every)) or tuple(name for name in every if name in since)


def share(orders: Orders, name: str, names: Collection[str]) -> Orders:
    """One process's part of the orders: its cameras, and everything that must not be deleted."""
    cameras = {camera: keep for camera, keep in orders.cameras.items() if owner(names, camera) == name}
    return Orders(cameras, orders.held)


def merged(processes: Sequence[Process], answers: Mapping[str, Recorded]) -> Recorded:
    """What the answers say together: processes of one machine share a disk, those that said nothing may hold more."""
    heard_here = any(one.is_local and one.name in answers for one in processes)
    silent = (one for one in processes if one.name not in answers and one.records)
    away = (one.name for one in silent if not (one.is_local and heard_here))
    return Recorded(
        is_recorded=any(one.is_recorded for one in answers.values()),
        spans=_joined(sorted({span for one in answers.values() for span in one.spans})),
        at={name: one.spans for name, one in answers.items()},
        away=tuple(away),
    )


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Spans in order, those that overlap made one; two that only touch have a break between them, and stay two."""
    found: list[tuple[int, int]] = []
    for begin, end in spans:
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)
