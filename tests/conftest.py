"""What every test may ask for, and an honest list of what was left out and how to get it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from bongsu.settings import environment

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
SHARED_ABSENT = "shared data absent"
REQUIRE_ALL = environment({}).get("BONGSU_REQUIRE") == "all"


# Quick enough to be run at every save; a test that needs more examples says so itself.
settings.register_profile("house", max_examples=30, deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; the test is left out where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED_ABSENT}: put the data set beside the repository as ../shared/data")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser; the test is left out where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium: apt-get install chromium")
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Iterator[None]:
    """Where everything is required, an omission is a failure; only real data may be absent."""
    report = yield
    if report.skipped and REQUIRE_ALL and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if SHARED_ABSENT not in reason:
            report.outcome = "failed"
            report.longrepr = f"required, but left out: {reason}"
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name what did not run, and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    reasons: dict[str, int] = {}
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    terminalreporter.section("left out, and how to get it")
    for reason, count in reasons.items():
        terminalreporter.line(f"{count:4d}  {reason.removeprefix('Skipped: ')}")
