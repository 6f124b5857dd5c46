"""What a rule finds in a batch: the only thing that crosses from the telemetry plane to the incident plane."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bongsu.core.geo import Point
from bongsu.core.report import Severity


class Phase(StrEnum):
    """Whether a danger begins or is over."""

    BEGAN = "began"
    OVER = "over"


class Detection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding. `rule` is the record's id, `site` what it is about (a device's site, or the device's id).

    One danger is one (rule, site, began_ms): its end carries the same `began_ms`. `kind` is the incident's kind; ""
    says that nobody is alarmed (a count, a notice). `cause` names the sentence that tells of it (`detection.<cause>` in
    the words files) and `values` what stands in that sentence, numbers already rounded; never a person's name. An
    `exercise` was found in what a drill's device told.
    """

    rule: str
    site: str
    device: str
    kind: str
    phase: Phase
    began_ms: int
    at_ms: int
    severity: Severity = Severity.UNKNOWN
    where: Point | None = None
    ward: str = ""
    cause: str = ""
    values: dict[str, str | float] = {}
    exercise: bool = False
