"""`bongsu signals`: the register of signal controllers as a file (신호제어기 대장); and `bongsu world signals`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console

from bongsu.cli.place import Config, Data, place_of
from bongsu.cli.signals_toml import read_signals
from bongsu.core.errors import Invalid
from bongsu.core.signal import Signal

if TYPE_CHECKING:
    import httpx

    from bongsu.world.signals.server import Street

NOTE = "bongsu signals import"

signals = typer.Typer(help="The register of signal controllers.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add `bongsu signals`."""
    app.add_typer(signals, name="signals")


@signals.callback()
def registering() -> None:
    """The register of signal controllers."""


@signals.command("import")
def bring(
    file: Annotated[Path, typer.Argument(help="The TOML file.")],
    user: Annotated[str, typer.Option("--user", help="In whose name: an administrator here.")],
    note: Annotated[str, typer.Option("--note", help="Why, for the record's history.")] = NOTE,
    data: Data = Path("data"),
    config: Config = None,
) -> None:
    """Give every signal that differs in the file its next version; one that is not in the file stays as it is."""
    from bongsu.cli.ruling import door_of

    given = read_signals(file)
    screen = Console(highlight=False)
    with door_of(place_of(data, config), user) as door:
        for name, version in revised(door, given, note).items():
            screen.print(f"{name}: version {version}", markup=False)


def revised(door: httpx.Client, given: Mapping[str, Signal], note: str) -> dict[str, int]:
    """Bring signals in through the platform's door, those that differ; the new versions by id.

    Raises Invalid("rules.door") with the platform's own words at the first it refuses; those before it stand.
    """
    from bongsu.cli.ruling import answer_of

    records = answer_of(door.get("/v1/records", params={"kind": "signal"}))
    standing = {one["id"]: (one["body"], int(one["version"])) for one in records}
    versions = {}
    for name, signal in given.items():
        body, version = standing.get(name, (None, 0))
        if body is None or msgspec.convert(body, Signal) != signal:
            order = {"version": version, "body": msgspec.to_builtins(signal), "note": note}
            versions[name] = int(answer_of(door.put(f"/v1/records/signal/{name}", json=order))["version"])
    return versions


def make(streets: Path, register: Path, url: str) -> int:
    """Write the register of the junctions of an OSM file's main streets; how many. Raises Invalid where it is none."""
    from bongsu.imports import osm
    from bongsu.world.signals.town import register_of, toml_of

    made = register_of(osm.read(streets)[0].roads, url)
    register.write_text(toml_of(made), "utf-8")
    return len(made)


def play(register: Path, config: Path, port: int, deaf: Sequence[str], refuse: Sequence[str]) -> None:
    """Be the controllers of a register until a signal comes."""
    from bongsu.settings import load, secrets_for
    from bongsu.world.signals import server
    from bongsu.world.signals.plan import Junction

    given = read_signals(register)
    key = secrets_for(load(config)).signals
    if not key:
        raise Invalid("signals.disabled", path=str(config))
    junctions = [
        Junction(id=name, phases=one.phases, hold_at_most_ms=one.hold_at_most_ms) for name, one in given.items()
    ]
    street = server.Street(junctions, key=key, now_ms=lambda: time.time_ns() // 1_000_000)
    _switch(street, deaf, refuse)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve(street, host="127.0.0.1", port=port, ready=_say))


def _switch(street: Street, deaf: Sequence[str], refuse: Sequence[str]) -> None:
    for name in (*deaf, *refuse):
        if name not in street.cabinets:
            raise Invalid("signals.body", signal=name, detail="not in the register")
    for name in deaf:
        street.cabinets[name].deaf = True
    for name in refuse:
        street.cabinets[name].refuse(True)


def _say(port: int) -> None:
    sys.stdout.write(f"signals: http://127.0.0.1:{port}/<id>\n")
    sys.stdout.flush()
