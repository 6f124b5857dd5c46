"""A rule tried on recorded days: what is asked, and what it would have told (`telemetry.trial`)."""

from __future__ import annotations

import msgspec

from bongsu.core.geo import Point
from bongsu.core.rule import Rule


class Real(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A real incident to compare with: when, and at which site or where ("" and None: not known)."""

    at_ms: int
    site: str = ""
    where: Point | None = None


class TryRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="about", tag="trial"):
    """What would this rule have told in [from_ms, to_ms), and which of it was near one of these real incidents?"""

    rule: Rule
    from_ms: int
    to_ms: int
    reals: tuple[Real, ...] = ()


class Rang(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One danger it would have told of (Unix ms); `over_ms` None: it had not ended; `real` is the incident's number."""

    site: str
    began_ms: int
    at_ms: int
    over_ms: int | None = None
    real: int | None = None


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What it would have told, the first `MOST` of it, and how often in all; `near` of them were near a real incident.

    `missed` are the numbers of real incidents it would have told nothing near; `rows` were recorded in `days`.
    """

    rang: tuple[Rang, ...]
    times: int
    near: int
    missed: tuple[int, ...]
    days: float
    rows: int


MOST = 1_000
