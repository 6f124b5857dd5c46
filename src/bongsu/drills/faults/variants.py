"""Proof that the drill bites: a platform and a receiver known to be bad must be caught by the same comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from bongsu.core.errors import Unavailable
from bongsu.core.geo import Point
from bongsu.drills.faults import cuts, kills
from bongsu.drills.faults.books import Balance
from bongsu.drills.faults.kills import Killed
from bongsu.drills.faults.plan import Plan
from bongsu.drills.faults.stage import Stage
from bongsu.drills.faults.victims import Victim

Tell = Callable[[str], None]
HASTY_CUTS = 2
HASTY_KILLS = 4


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One bad variant: `by` says what the comparison found, "" when it found nothing."""

    name: str
    by: str

    @property
    def caught(self) -> bool:
        """It did not get through."""
        return bool(self.by)


def forgetful(killed: Killed) -> Variant:
    """The partner beside the police that knows no message again, through all the kills."""
    return Variant(name="receiver without a unique key", by=_told(killed.books.bad_receiver))


async def hasty(stage: Stage, plan: Plan, places: Sequence[Point], tell: Tell) -> Variant:
    """A core whose SQLite does not wait for the disk, through power cuts."""
    stage.is_hasty = True
    name = "synchronous=OFF under power cuts"
    tell(f"the same with {name}")
    try:
        found = await cuts.exercise(stage, plan, places, tell, times=HASTY_CUTS, then_fill=False)
    except Unavailable as problem:
        return Variant(name=name, by=f"the store does not open: {problem.code}")
    if found.books is None:
        return Variant(name=name, by="it does not start from what the disk holds")
    return Variant(name=name, by=_told(found.books.balance))


async def hasty_database(stage: Stage, plan: Plan, places: Sequence[Point], tell: Tell) -> Variant:
    """A core that lets PostgreSQL acknowledge before it has written, through kills of PostgreSQL."""
    stage.is_hasty = True
    name = "synchronous_commit=off under kills of the database"
    tell(f"the same with {name}")
    victims = [Victim.DATABASE] * HASTY_KILLS
    found = await kills.exercise(stage, msgspec.structs.replace(plan, pause_s=(1.0, 2.0)), places, tell, victims)
    return Variant(name=name, by=_told(found.books.balance))


def _told(balance: Balance) -> str:
    found = {"lost": balance.lost, "doubled": balance.doubled, "ghosts": balance.ghosts}
    return ", ".join(f"{len(wrong)} {word}" for word, wrong in found.items() if wrong)
