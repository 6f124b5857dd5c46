"""`bongsu rules`: the rules of a running platform as a file, and back (탐지 규칙)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import typer
from rich.console import Console

from bongsu.cli.people import make_links
from bongsu.cli.place import Config, Data, Place, place_of
from bongsu.cli.rules_toml import rules_of, text_of
from bongsu.core.errors import Invalid, Unavailable
from bongsu.core.rule import Rule

WITHIN_S = 60.0
NOTE = "bongsu rules import"

rules = typer.Typer(help="Rules as a file.", no_args_is_help=True)
User = Annotated[str, typer.Option("--user", help="In whose name: somebody who may change rules here.")]


def add_to(app: typer.Typer) -> None:
    """Add `bongsu rules`."""
    app.add_typer(rules, name="rules")


@rules.callback()
def ruling() -> None:
    """Rules as a file."""


@rules.command("export")
def export(
    user: User,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of the screen.")] = None,
    data: Data = Path("data"),
    config: Config = None,
) -> None:
    """Write the rules of the running platform as TOML, with their names and units."""
    with _door(place_of(data, config), user) as door:
        text = text_of({name: (rule, version) for name, (rule, version) in _standing(door).items() if rule})
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")


@rules.command("import")
def bring(
    file: Annotated[Path, typer.Argument(help="The TOML file.")],
    user: User,
    note: Annotated[str, typer.Option("--note", help="Why, for the record's history.")] = NOTE,
    data: Data = Path("data"),
    config: Config = None,
) -> None:
    """Give every rule that differs in the file its next version; one that is not in the file stays as it is."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid("rules.file", path=str(file), detail=type(problem).__name__) from problem
    given = rules_of(text, str(file))
    screen = Console(highlight=False)
    with _door(place_of(data, config), user) as door:
        for name, version in revised(door, given, note).items():
            screen.print(f"{name}: version {version}", markup=False)


def revised(door: httpx.Client, given: dict[str, Rule], note: str) -> dict[str, int]:
    """Bring rules in through the platform's door, those that differ; the new versions by id.

    Raises Invalid("rules.door") with the platform's own words at the first it refuses; those before it stand.
    """
    standing = _standing(door)
    versions = {}
    for name, rule in given.items():
        current, version = standing.get(name, (None, 0))
        if current != rule:
            order = {"version": version, "body": msgspec.to_builtins(rule), "note": note}
            answer = door.put(f"/v1/records/rule/{name}", json=order)
            versions[name] = int(_told(answer)["version"])
    return versions


def _standing(door: httpx.Client) -> dict[str, tuple[Rule | None, int]]:
    """The rules in their newest versions; a retired one has a version and no body."""
    records = _told(door.get("/v1/records", params={"kind": "rule"}))
    return {
        one["id"]: (msgspec.convert(one["body"], Rule) if one["body"] else None, int(one["version"])) for one in records
    }


@contextmanager
def _door(place: Place, user: str) -> Iterator[httpx.Client]:
    """The running platform's HTTP door, signed in by a one-time link. Raises NotFound, Unavailable("rules.stopped")."""
    from bongsu.store.folder import find_running

    running = find_running(place.folder)
    if running is None:
        raise Unavailable("rules.stopped", path=str(place.folder))
    code = make_links(place, [user])[user]
    try:
        with httpx.Client(base_url=running.url, timeout=WITHIN_S) as door:
            answer = door.get(f"/in/{code}")
            if answer.is_error:
                _told(answer)
            door.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[
                0
            ]  # a jar keeps a Secure one back here
            yield door
    except httpx.HTTPError as problem:
        raise Unavailable("rules.stopped", path=str(place.folder)) from problem


def _told(answer: httpx.Response) -> Any:
    if answer.is_error:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        raise Invalid("rules.door", status=answer.status_code, detail=problem.get("detail", answer.text[:300]))
    return answer.json()
