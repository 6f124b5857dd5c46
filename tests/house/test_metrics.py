"""Every metric the core shows is in the reference, and the reference names none that is not shown."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r'"(bongsu_[a-z_]+)"')
ROW = re.compile(r"^\| `(bongsu_[a-z_]+)", re.MULTILINE)


def test_the_reference_and_the_code_name_the_same_metrics():
    core = ("app.py", "cameras.py", "sensing.py", "signalling/run.py")
    files = (*core, "web/meters.py", "web/lag.py", "web/health.py", "web/loads_text.py")
    sources = [ROOT / "src/bongsu" / name for name in files]
    shown = {name for path in sources for name in NAME.findall(path.read_text("utf-8"))}
    written = set(ROW.findall((ROOT / "docs/reference/metrics.md").read_text("utf-8")))
    assert len(shown) > 10, "the search no longer finds the metrics"
    assert {name.removesuffix("_total") for name in written} == shown
