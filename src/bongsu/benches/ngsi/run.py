"""`bongsu bench ngsi`: the figures of the NGSI-LD door, beside their limits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bongsu.benches.ngsi import matching, updating

LIMITS = {"subs_cost_ratio": 3.0, "single_per_s": 500.0, "batch_per_s": 2_000.0}


async def run(seconds: float = 10.0) -> dict[str, Any]:
    """Measure on a temporary folder; `missed` names what is beyond its limit."""
    ratios = await matching.ratios()
    with tempfile.TemporaryDirectory() as folder:
        single, batch = await updating.measure(Path(folder), seconds)
    figures: dict[str, Any] = {
        "subs_cost_ratio": max(ratios.values()),
        "subs_cost_ratios": ratios,
        "ngsi_updates_per_core": {"single": round(single.per_core), "batch": round(batch.per_core)},
        "ngsi_updates_per_s": {"single": round(single.per_s), "batch": round(batch.per_s)},
        "fsyncs_per_s": {"single": round(single.fsyncs_per_s), "batch": round(batch.fsyncs_per_s)},
    }
    return figures | {"limits": LIMITS, "missed": missed(figures)}


def missed(figures: dict[str, Any]) -> list[str]:
    """The figures that are beyond their limits."""
    per_s = figures["ngsi_updates_per_s"]
    return [
        name
        for name, beyond in (
            ("subs_cost_ratio", figures["subs_cost_ratio"] > LIMITS["subs_cost_ratio"]),
            ("single_per_s", per_s["single"] < LIMITS["single_per_s"]),
            ("batch_per_s", per_s["batch"] < LIMITS["batch_per_s"]),
        )
        if beyond
    ]
