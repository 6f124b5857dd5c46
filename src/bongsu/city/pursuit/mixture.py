"""What fugitives do, as shares of a mixture: seek an exit, keep to arterials, or drive and hide.

Shares and delays are those of the published simulations this plan follows; docs/explanation/escape.md tells them and
what they are not.
"""

from __future__ import annotations

import msgspec
import numpy as np

from bongsu.city.pursuit.modes import FASTEST_PART, SLOWEST_PART, Mode
from bongsu.city.roads.streets import Floats, Ints, Longs

KINDS = ("exit", "arterial", "hide")
EXIT, ARTERIAL, HIDE = range(3)


class Mixture(msgspec.Struct, frozen=True):
    """`shares` by kind sum to 1; `delay_s` is the most that passes before they set out; a hider goes `hide_s` far."""

    shares: tuple[float, float, float] = (0.42, 0.40, 0.18)
    delay_s: float = 90.0
    hide_s: tuple[float, float] = (40.0, 300.0)
    arterial_pull: float = 0.45
    """How much more a road draws for each step of its class, in the exponent."""
    straight_pull: float = 1.2
    away_pull: float = 0.1
    noise: float = 0.35
    """How differently people judge roads: the deviation of the logarithm of a road's time."""


MIXTURE = Mixture()


class Drawn(msgspec.Struct, frozen=True, eq=False):
    """Of each of N particles: its kind, when it sets out (ms) and the part of the top speed it keeps up."""

    kind: Ints
    start_ms: Longs
    speed: Floats


def draw(
    count: int, mode: Mode, mixture: Mixture, chance: np.random.Generator, shares: Floats | None = None
) -> Drawn:  # fmt: skip
    """Draw particles; kinds in their exact shares (`shares`: others than the mixture's), in order."""
    edges = np.cumsum(mixture.shares if shares is None else shares)
    kind = np.searchsorted(edges / edges[-1], (np.arange(count) + 0.5) / count, side="right")
    start_ms = (chance.random(count) * mixture.delay_s * 1000).astype(np.int64)
    slow = SLOWEST_PART[mode.value]
    return Drawn(kind.astype(np.int32), start_ms, slow + (FASTEST_PART - slow) * chance.random(count))
