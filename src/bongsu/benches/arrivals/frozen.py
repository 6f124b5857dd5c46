"""What was calibrated, on which seeds and with which share, before any treatment was run: one record a city."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bongsu.benches.arrivals.rows import Row, mark_of
from bongsu.benches.arrivals.scene import Terms
from bongsu.benches.arrivals.scores import BASELINE, WITHIN_S

FILE = Path(__file__).with_name("frozen.json")
TRAINING, HELD_OUT = 100, 9_000
"""The first seeds: terms were chosen on the training ones only."""
NEAR = 0.01


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city's terms, the hash of its ground and the SUMO they were found with; `share` is the training seeds'.

    `ci` is its 95 % interval, `broken_off` those of the seeds that are not in it, for SUMO crashed three times. `mark`
    is the hash of ground, terms and simulation: where that is another one now, the share is no longer the city's.
    """

    name: str
    ground: str
    sumo: str
    terms: Terms
    first_seed: int
    seeds: int
    share: float
    ci: tuple[float, float]
    broken_off: tuple[int, ...]
    mark: str


def read(file: Path = FILE) -> dict[str, Frozen]:
    """What is frozen, by the ground's hash."""
    found = msgspec.json.decode(file.read_bytes(), type=list[Frozen]) if file.is_file() else []
    return {one.ground: one for one in found}


def standing(ground: str, file: Path = FILE) -> Frozen | None:
    """What a ground was frozen as, as long as the simulation is the same as then."""
    found = read(file).get(ground)
    return found if found and found.mark == mark_of(ground, found.terms, with_product=False) else None


def write(frozen: Frozen, file: Path = FILE) -> None:
    """Freeze a city anew."""
    kept = {**read(file), frozen.ground: frozen}
    text = msgspec.json.format(msgspec.json.encode(sorted(kept.values(), key=lambda one: one.name)), indent=2)
    file.write_bytes(text + b"\n")


def handling_for(rows: list[Row], terms: Terms) -> float:
    """The handling time, whole seconds, with which the driven times of these rows come nearest to the wanted share.

    Everything else of a trip is left as it was driven; the share of a run with it is checked afterwards.
    """
    driven = [None if one is None else one - terms.handling_s for row in rows for one in row.there_s]

    def off(handling_s: int) -> float:
        hit = sum(one is not None and one + handling_s <= WITHIN_S for one in driven)
        return abs(hit / len(driven) - BASELINE)

    return float(min(range(20, 241), key=lambda seconds: (off(seconds), seconds)))
