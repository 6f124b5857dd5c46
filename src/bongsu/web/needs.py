"""What the web reads of the board and of the city: the consumer says what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bongsu.core.asset import Bell, Camera, Facility, FacilityKind, Unit
from bongsu.core.export import Export, LegalHold
from bongsu.core.geo import Point
from bongsu.core.grant import Grant
from bongsu.core.incident import Incident
from bongsu.core.observation import Observation
from bongsu.core.procedure import Run
from bongsu.core.pursuit import FlightNote
from bongsu.core.revision import RecordKind, Revision

if TYPE_CHECKING:
    from bongsu.city.ways import Ways


class Incidents(Protocol):
    """The board as the web reads it; it stands as of entry `seq`."""

    seq: int

    @property
    def incidents(self) -> Mapping[str, Incident]:
        """Every incident by id."""

    @property
    def grants(self) -> Mapping[str, Grant]:
        """Every grant by id, in its latest version."""

    @property
    def running(self) -> Mapping[str, Grant]:
        """Those not ended."""

    @property
    def runs(self) -> Mapping[str, Run]:
        """How far each incident's procedure has come, by incident."""

    @property
    def records(self) -> Mapping[tuple[RecordKind, str], Revision]:
        """What operators may change, each in its newest version."""

    @property
    def exports(self) -> Mapping[str, Export]:
        """Every export by id, as it stands."""

    @property
    def legal_holds(self) -> Mapping[str, LegalHold]:
        """Every legal hold ever set, by id."""

    @property
    def flights(self) -> Mapping[str, tuple[FlightNote, ...]]:
        """What was said of each flight, by case."""

    def grants_of(self, incident: str) -> tuple[Grant, ...]:
        """Every grant of an incident."""

    def digest(self) -> str:
        """The whole board as one SHA-256."""


class Releases(Protocol):
    """Exports on their way out of the house."""

    @property
    def progress(self) -> Mapping[str, float]:
        """The share that is done of what is being built, by export."""

    def path(self, export: Export) -> Path:
        """Where an export's package is, once it is READY."""


class Readings(Protocol):
    """The latest that sensors said."""

    def of(self, sensor: str) -> Sequence[Observation]:
        """Of one sensor: each property's newest observation."""


class Streets(Protocol):
    """The city as the web reads it; `units` are rows in the order of their registration."""

    @property
    def cameras(self) -> Mapping[str, Camera]:
        """Every camera by id."""

    @property
    def readings(self) -> Readings:
        """What sensors that stand still said last."""

    @property
    def units(self) -> Sequence[Unit]:
        """Every unit."""

    @property
    def ways(self) -> Ways | None:
        """The streets made ready for way-finding, None while they are not."""

    def reach_m(self, camera: Camera) -> float:
        """How far a camera sees."""

    def places_in(
        self, south_west: Point, north_east: Point, kind: FacilityKind | None, at_most: int
    ) -> Sequence[Bell | Facility]:
        """The places of a kind in a box, emergency bells for None."""

    def frame(self, only: Sequence[int] | None = None) -> bytes:
        """Positions of units, 14 bytes each (doors.md)."""

    def units_near(self, places: Sequence[Point], within_m: float) -> list[int]:
        """Rows of the units around any of the places, ascending."""
