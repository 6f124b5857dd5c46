"""What a controller's coordinated plan wants at a moment: for each ring the phase that should be green now."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import msgspec

from bongsu.core.errors import Invalid
from bongsu.core.signal import Phase


class Junction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A controller's programme: its phases in the order of their rings, `offset_ms` of its cycle's start.

    A priority is held `hold_at_most_ms` at most; after one that was, none begins for a whole cycle.
    """

    id: str
    phases: tuple[Phase, ...]
    offset_ms: int = 0
    hold_at_most_ms: int = 90_000
    most_asks: int = 16

    @cached_property
    def rings(self) -> tuple[int, ...]:
        """The rings' numbers."""
        return tuple(sorted({phase.ring for phase in self.phases}))

    def ring(self, number: int) -> tuple[Phase, ...]:
        """A ring's phases, in order."""
        return self._by_ring[number]

    def phase(self, number: int) -> Phase:
        """A phase by its number."""
        return self._by_number[number]

    def after(self, phase: Phase) -> Phase:
        """The phase that follows in its ring."""
        return self._after[phase.number]

    @cached_property
    def cycle_ms(self) -> int:
        """How long the plan takes once round."""
        return sum(phase.split_ms for phase in self.ring(self.rings[0]))

    @cached_property
    def _by_ring(self) -> dict[int, tuple[Phase, ...]]:
        return {ring: tuple(one for one in self.phases if one.ring == ring) for ring in self.rings}

    @cached_property
    def _by_number(self) -> dict[int, Phase]:
        return {phase.number: phase for phase in self.phases}

    @cached_property
    def _after(self) -> dict[int, Phase]:
        rings = self._by_ring.values()
        return {one.number: after for ring in rings for one, after in zip(ring, (*ring[1:], ring[0]), strict=True)}


def check(junction: Junction) -> Junction:
    """A programme that can be run. Raises Invalid("signal.plan")."""
    problem = next(_problems(junction), "")
    if problem:
        raise Invalid("signal.plan", detail=problem)
    return junction


def _problems(junction: Junction) -> Iterator[str]:
    if not junction.phases:
        yield "no phases"
        return
    numbers = [phase.number for phase in junction.phases]
    if len(set(numbers)) < len(numbers):
        yield "a phase number twice"
    for phase in junction.phases:
        if phase.split_ms < phase.least_ms + phase.change_ms:
            yield f"phase {phase.number}: its split is shorter than its minimums"
        if min(phase.green_at_least_ms, phase.yellow_ms, phase.red_clearance_ms) <= 0:
            yield f"phase {phase.number}: a time that is not above zero"
    shares = [_shares(junction.ring(ring)) for ring in junction.rings]
    if any(share != shares[0] for share in shares):
        yield "the rings do not reach their barriers together"


def _shares(ring: tuple[Phase, ...]) -> list[tuple[int, int]]:
    """Each barrier group of a ring with the time it takes, in order; a group that comes twice stands twice."""
    shares: list[tuple[int, int]] = []
    for phase in ring:
        if shares and shares[-1][0] == phase.barrier:
            shares[-1] = (phase.barrier, shares[-1][1] + phase.split_ms)
        else:
            shares.append((phase.barrier, phase.split_ms))
    return shares


def wanted(junction: Junction, ring: int, now_ms: int) -> Phase:
    """The phase of a ring that the plan has green, or changing to green, at a moment (Unix ms)."""
    into_ms = (now_ms - junction.offset_ms) % junction.cycle_ms
    for phase in junction.ring(ring):
        if into_ms < phase.split_ms - phase.change_ms:
            return phase
        if into_ms < phase.split_ms:
            return junction.after(phase)
        into_ms -= phase.split_ms
    raise AssertionError("a cycle is as long as its splits")


def keeps_ms(junction: Junction, ring: int, now_ms: int) -> int:
    """For so long from now the plan goes on wanting the phase of a ring that it wants now."""
    into_ms = (now_ms - junction.offset_ms) % junction.cycle_ms
    for phase in junction.ring(ring):
        if into_ms < phase.split_ms - phase.change_ms:
            return phase.split_ms - phase.change_ms - into_ms
        if into_ms < phase.split_ms:
            after = junction.after(phase)
            return phase.split_ms - into_ms + after.split_ms - after.change_ms
        into_ms -= phase.split_ms
    raise AssertionError("a cycle is as long as its splits")


def slowest_ms(junction: Junction, *, skips: bool) -> int:
    """The longest it can take until any phase is green without shortening a minimum."""
    each = [phase.least_ms + phase.change_ms for phase in junction.phases]
    if skips:
        return max(each)
    return max(sum(phase.least_ms + phase.change_ms for phase in junction.ring(ring)) for ring in junction.rings)
