"""Everything a run of the drill found, before it is judged."""

from __future__ import annotations

import msgspec

from bongsu.drills.faults.closing import Books
from bongsu.drills.faults.cuts import Cuts
from bongsu.drills.faults.kills import Killed
from bongsu.drills.faults.partitions import Partitions
from bongsu.drills.faults.plan import Plan
from bongsu.drills.faults.variants import Variant


class Findings(msgspec.Struct, kw_only=True):
    """What each phase found; None where it was not run, and `left_out` says why where it could not be."""

    plan: Plan
    killed: Killed | None = None
    cuts: Cuts | None = None
    partitions: Partitions | None = None
    variants: list[Variant] = []
    left_out: list[str] = []
    seconds: float = 0.0

    @property
    def books(self) -> dict[str, Books]:
        """The books of each phase by its name."""
        found: dict[str, Killed | Cuts | Partitions | None] = {
            "kills": self.killed,
            "power_cuts": self.cuts,
            "partitions": self.partitions,
        }
        return {name: phase.books for name, phase in found.items() if phase is not None and phase.books is not None}
