"""Writes the generated pages of the reference: `PYTHONPATH=tests python -m house.reference`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from bongsu.cli import whole
from bongsu.core import errors
from bongsu.core.words import table
from house.clauses import clauses_page
from house.routes import routes_page

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- written by `PYTHONPATH=tests python -m house.reference`; a test fails when it is stale -->\n"


def errors_page() -> str:
    """Every error code with its sentences."""
    lines = ["# Errors", "", NOTE, "Every error is named for what the caller does next:", ""]
    lines += ["| name | what it tells |", "|---|---|"]
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind is not errors.BongsuError]
    lines += [f"| `{kind.__name__}` | {kind.__doc__} |" for kind in kinds]
    lines += ["", "| code | 한국어 | English |", "|---|---|---|"]
    korean, english = table("ko"), table("en")
    codes = sorted(key.removeprefix("error.") for key in korean if key.startswith("error."))
    lines += [f"| `{code}` | {korean[f'error.{code}']} | {english[f'error.{code}']} |" for code in codes]
    return "\n".join(lines) + "\n"


def cli_page() -> str:
    """Every command with its arguments and options."""
    lines = ["# Commands", "", NOTE]
    for path, command in COMMANDS.items():
        lines += [f"## `{path}`", "", str(command.help or "").split("\f")[0].strip(), ""]
        rows = [_row(one) for one in command.params if one.name not in ("help",)]
        lines += ["| argument or option | what | default |", "|---|---|---|", *rows, ""] if rows else []
    return "\n".join(lines).rstrip() + "\n"


def walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command below one that is not hidden, by how it is typed."""
    below = getattr(command, "commands", {})
    if not below:
        yield path, command
    for name, one in below.items():
        if not one.hidden:
            yield from walk(f"{path} {name}", one)


COMMANDS = dict(walk("bongsu", get_command(whole())))
"""Every command that is not hidden, by how it is typed."""


def _row(param: Any) -> str:
    is_option = param.param_type_name == "option"
    names = " ".join(f"`{name}`" for name in param.opts) if is_option else f"`{param.name.upper()}`"
    default = "" if param.required or param.default in (None, False, []) else f"`{param.default}`"
    return f"| {names} | {getattr(param, 'help', '') or ''} | {default} |"


PAGES = {
    "errors.md": errors_page,
    "routes.md": lambda: routes_page(NOTE),
    "cli.md": cli_page,
    "ngsi-ld.md": lambda: clauses_page(NOTE),
}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), "utf-8")
