"""What was calibrated, on which seeds and with which share, before any treatment was run: one record a city."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bongsu.benches.arrivals.rows import Row
from bongsu.benches.arrivals.scene import Terms
from bongsu.benches.arrivals.scores import BASELINE, WITHIN_S

FILE = Path(__file__).with_name("frozen.json")
TRAINING, HELD_OUT = 100, 9_000
"""The first seeds: terms were chosen on the training ones only."""
NEAR = 0.01


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city's terms, the hash of its ground and the SUMO they were found with; `share` is the training seeds'."""

    name: str
    ground: str
    sumo: str
    terms: Terms
    first_seed: int
    seeds: int
    share: float


def read(file: Path = FILE) -> dict[str, Frozen]:
    """What is frozen, by the ground's hash."""
    found = msgspec.json.decode(file.read_bytes(), type=list[Frozen]) if file.is_file() else []
    return {one.ground: one for one in found}


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
