"""Recordings that leave the house as evidence, and recordings that must not be deleted meanwhile (증거 반출·보존)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from bongsu.core.grant import Basis

Ring = tuple[tuple[float, float], ...]
"""A zone of a picture: corners as shares of its width and height, from the upper left."""


class ExportState(StrEnum):
    """Where an export stands; READY, FAILED and REFUSED are ends."""

    ASKED = "asked"
    APPROVED = "approved"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"
    REFUSED = "refused"


TO_BUILD = frozenset({ExportState.APPROVED, ExportState.BUILDING})
"""What the video process has in its queue; both begin anew after a restart."""


class ExportStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One link of the chain of custody: what an export came to, when, by whom and why."""

    state: ExportState
    at: datetime
    by: str
    note: str = ""


class Export(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A span of several cameras asked for as one evidence package, as it stands after its latest step.

    `agency`, `grant` and `floor` are set where an agency asked: nothing before `floor` is in the package.
    `derived_from` names the export this one is a masked copy of, `derivatives` the masked copies of this one.
    `sha256` and `size_bytes` are the package's, once READY; `fault` is the error code of a FAILED one.
    """

    id: str
    version: int
    incident: str
    cameras: tuple[str, ...]
    since: datetime
    until: datetime
    basis: Basis
    reason: str
    asked_by: str
    state: ExportState
    second_person: bool = False
    agency: str = ""
    grant: str = ""
    floor: datetime | None = None
    steps: tuple[ExportStep, ...] = ()
    masked: bool = False
    zones: dict[str, tuple[Ring, ...]] = {}
    derived_from: str = ""
    derivatives: tuple[str, ...] = ()
    sha256: str = ""
    size_bytes: int = 0
    fault: str = ""

    @property
    def approvals(self) -> tuple[ExportStep, ...]:
        """The steps by which somebody else than the asker let it go on."""
        return tuple(step for step in self.steps if step.state is ExportState.APPROVED and step.by != self.asked_by)


class LegalHold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One camera's span that retention must spare until somebody releases it, with a reason."""

    id: str
    version: int
    camera: str
    since: datetime
    until: datetime
    incident: str
    reason: str
    by: str
    at: datetime
    released_by: str = ""
    released_at: datetime | None = None
    release_reason: str = ""

    @property
    def changed_at(self) -> datetime:
        """When it was last set or released."""
        return self.released_at or self.at

    @property
    def holds(self) -> bool:
        """Not released yet."""
        return not self.released_by


class ExportTerms(
    msgspec.Struct, frozen=True, kw_only=True, tag="export", omit_defaults=True, forbid_unknown_fields=True
):
    """On which legal bases (`core.grant.Basis`) an export needs a second person, how much it may cover; id "desk"."""

    second_person: tuple[str, ...] = (Basis.CRIMINAL_INVESTIGATION.value, Basis.OTHER_LAW.value)
    at_most_s: float = 6 * 3600.0
    cameras_at_most: int = 16


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What the video process needs to build one export: the record, the cameras' names, and who makes it."""

    export: Export
    names: dict[str, str]
    city: str
    original_sha256: str = ""
