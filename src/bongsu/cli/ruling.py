"""`bongsu rules`: the rules of a running platform as a file, and back (탐지 규칙)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import typer
from rich.console import Console

from bongsu.cli.people import make_links
from bongsu.cli.place import Config, Data, Place, place_of
from bongsu.cli.rules_toml import rules_of, text_of
from bongsu.core.clock import KST
from bongsu.core.errors import Invalid, NotFound, Unavailable
from bongsu.core.rule import Rule
from bongsu.core.trial import Tried

WITHIN_S = 60.0
NOTE = "bongsu rules import"
DAY_MS = 86_400_000
SHOWN = 20

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
    with door_of(place_of(data, config), user) as door:
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
    given = _read(file)
    screen = Console(highlight=False)
    with door_of(place_of(data, config), user) as door:
        for name, version in revised(door, given, note).items():
            screen.print(f"{name}: version {version}", markup=False)


@rules.command("try")
def try_out(
    file: Annotated[Path, typer.Argument(help="The TOML file.")],
    name: Annotated[str, typer.Argument(help="Which of its rules.")],
    user: User,
    days: Annotated[float, typer.Option("--days", help="On how many of the last days.", min=0.01, max=92)] = 7.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    data: Data = Path("data"),
    config: Config = None,
) -> None:
    """Tell what a rule would have found in the recorded days, and how much of it was near a real case."""
    rule = _read(file).get(name)
    if rule is None:
        raise NotFound("rules.no_such", name=name, path=str(file))
    now_ms = time.time_ns() // 1_000_000
    asked = {"rule": msgspec.to_builtins(rule), "from_ms": now_ms - int(days * DAY_MS), "to_ms": now_ms}
    with door_of(place_of(data, config), user) as door:
        told = msgspec.convert(answer_of(door.post("/v1/rules/trial", json=asked)), Tried)
    screen = Console(highlight=False, soft_wrap=True)
    if as_json:
        screen.print(msgspec.json.encode(told).decode(), markup=False)
        return
    screen.print(say_trial(told, days), markup=False)
    for one in told.rang[:SHOWN]:
        began = datetime.fromtimestamp(one.began_ms / 1000, KST)
        screen.print(f"  {began:%m-%d %H:%M}  {one.site}{'' if one.real is None else '  ✓'}", markup=False)


def say_trial(told: Tried, days: float) -> str:
    """A trial in one sentence, in Korean and English."""
    missed = len(told.missed)
    return (
        f"지난 {days:g}일에 {told.times}번 울렸을 것이고, 그중 {told.near}번은 실제 사건이었으며, "
        f"실제 사건 {missed}건은 놓쳤을 것입니다.\n"
        f"It would have told {told.times} times in {days:g} days, {told.near} of them real, "
        f"and missed {missed} real cases."
    )


def _read(file: Path) -> dict[str, Rule]:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid("rules.file", path=str(file), detail=type(problem).__name__) from problem
    return rules_of(text, str(file))


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
            versions[name] = int(answer_of(answer)["version"])
    return versions


def _standing(door: httpx.Client) -> dict[str, tuple[Rule | None, int]]:
    """The rules in their newest versions; a retired one has a version and no body."""
    records = answer_of(door.get("/v1/records", params={"kind": "rule"}))
    return {
        one["id"]: (msgspec.convert(one["body"], Rule) if one["body"] else None, int(one["version"])) for one in records
    }


@contextmanager
def door_of(place: Place, user: str) -> Iterator[httpx.Client]:
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
                answer_of(answer)
            door.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[
                0
            ]  # a jar keeps a Secure one back here
            yield door
    except httpx.HTTPError as problem:
        raise Unavailable("rules.stopped", path=str(place.folder)) from problem


def answer_of(answer: httpx.Response) -> Any:
    """What the platform answered. Raises Invalid("rules.door") with its own words where it refused."""
    if answer.is_error:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        raise Invalid("rules.door", status=answer.status_code, detail=problem.get("detail", answer.text[:300]))
    return answer.json()
