"""Percentiles and medians as the drill prints them; nothing is smoothed and nothing is left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

Percentiles = dict[str, float]


def percentile(values: Sequence[float], q: float) -> float:
    """The smallest value that at least q of the values do not exceed (nearest rank); NaN of nothing; 0 < q ≤ 1."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(q * len(values)) - 1)]


def percentiles(values: Sequence[float], *qs: int) -> Percentiles:
    """p50, p95 … of the values by name, rounded to 0.1."""
    return {f"p{q}": round(percentile(values, q / 100), 1) for q in qs}


def median_of_rounds(rounds: Iterable[Sequence[float]], *qs: int) -> Percentiles:
    """Each percentile taken per round, then the median over the rounds; empty rounds are left out."""
    each = [percentiles(values, *qs) for values in rounds if values]
    if not each:
        return percentiles((), *qs)
    return {name: round(median(found[name] for found in each), 1) for name in each[0]}


def cut_ms(acknowledged_s: float, arrivals_s: Sequence[float]) -> float:
    """From a close's acknowledgement to the last frame that still arrived; 0 when the last came before it."""
    last = max(arrivals_s, default=acknowledged_s)
    return max(0.0, (last - acknowledged_s) * 1000)


class Histogram(msgspec.Struct, frozen=True, kw_only=True):
    """Cumulative counts by upper bound in seconds, as Prometheus exposes them; the last bound is infinity."""

    bounds: tuple[float, ...]
    counts: tuple[float, ...]

    def since(self, before: Histogram) -> Histogram:
        """What was added after an earlier reading."""
        if before.bounds != self.bounds:
            return self
        added = tuple(now - then for now, then in zip(self.counts, before.counts, strict=True))
        return Histogram(bounds=self.bounds, counts=added)

    def upper(self, q: float) -> float:
        """A bound in seconds that at least q of the observations do not exceed: never less than the truth."""
        total = self.counts[-1] if self.counts else 0.0
        if total <= 0:
            return math.nan
        return next(bound for bound, count in zip(self.bounds, self.counts, strict=True) if count >= q * total)


def read_histogram(exposition: str, name: str) -> Histogram:
    """One histogram out of a Prometheus text; empty when it is not there."""
    found: dict[float, float] = {}
    for line in exposition.splitlines():
        if line.startswith(f"{name}_bucket"):
            bound = line.partition('le="')[2].partition('"')[0]
            key = float(bound.replace("+Inf", "inf"))
            found[key] = found.get(key, 0.0) + float(line.rpartition(" ")[2])
    ordered = sorted(found)
    return Histogram(bounds=tuple(ordered), counts=tuple(found[bound] for bound in ordered))
