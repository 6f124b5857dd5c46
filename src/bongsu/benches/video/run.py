"""The whole bench: what a stream and a viewer cost, how soon a right's end is felt, and how old pictures are."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import structlog

from bongsu.benches.video import glass, remux, viewing
from bongsu.benches.video.remux import Say

LIMITS = {
    "remux_vs_bare": 1.3,
    "recorded_vs_bare": 1.6,
    "streams_per_core": 220,
    "viewers_per_core": 1000,
    "first_live_frame_ms": {"p95": 400},
    "glass_ms": {"p95": 150},
    "revoke_ms": {"p99": 500},
}
AT_LEAST = ("streams_per_core", "viewers_per_core")
WINDOW_S = 10.0


async def run(*, browser: bool, say: Say) -> dict[str, Any]:
    """Every figure beside its limit; `browser` False leaves out what needs a Chromium."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="bongsu-bench-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        figures = await remux.measure(folder / "remux", window_s=WINDOW_S, say=say)
        figures |= await viewing.measure(folder / "viewing", window_s=WINDOW_S, say=say)
        if browser:
            (folder / "glass").mkdir()
            figures |= await glass.measure(folder / "glass", say=say)
    missed = [name for name in LIMITS if name in figures and not holds(name, figures)]
    return {"limits": LIMITS, "missed": missed, **figures}


def holds(name: str, figures: dict[str, Any]) -> bool:
    """Whether a figure keeps its limit."""
    value, limit = figures[name], LIMITS[name]
    if isinstance(limit, dict):
        return all(value[part] <= most for part, most in limit.items())
    return bool(value >= limit if name in AT_LEAST else value <= limit)
