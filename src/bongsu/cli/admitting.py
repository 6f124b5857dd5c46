"""`bongsu devices`: who may tell readings: a secret for each device and gateway."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from bongsu.cli.place import Config, Data, Place, place_of

devices = typer.Typer(help="Who may tell readings over MQTT and NATS.", no_args_is_help=True)


class As(StrEnum):
    """What a secret is for."""

    DEVICE = "device"
    GATEWAY = "gateway"
    READER = "reader"


Name = Annotated[str, typer.Argument(help="The device's id, the gateway's name, or the reader's.")]


def add_to(app: typer.Typer) -> None:
    """Add `bongsu devices`."""
    app.add_typer(devices, name="devices")


@devices.callback()
def admitting() -> None:
    """Who may tell readings over MQTT and NATS."""


@devices.command("admit")
def admit(
    name: Name,
    role: Annotated[As, typer.Option("--as", help="A device speaks as itself, a gateway for its devices.")] = As.DEVICE,
    data: Data = Path("data"),
    config: Config = None,
) -> None:
    """Print a new secret for a name, once: only its hash is kept, and an old one is void."""
    from bongsu.telemetry.nats.credentials import Credentials, Role

    secret = Credentials(place_of(data, config).folder / "telemetry").issue(name, Role(role.value))
    sys.stdout.write(f"{secret}\n")


@devices.command("admit-all")
def admit_all(
    to: Annotated[Path, typer.Argument(help="Where the secrets go, as JSON by id: a file only its owner reads.")],
    data: Data = Path("data"),
    config: Config = None,
) -> None:
    """Draw a new secret for every registered device; the old ones are void."""
    from bongsu.telemetry.nats.credentials import Credentials, Role

    place = place_of(data, config)
    drawn = Credentials(place.folder / "telemetry").issue_all(registered(place), Role.DEVICE)
    to.unlink(missing_ok=True)
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(drawn))
    Console(highlight=False).print(f"{to}: 기기 {len(drawn)}대 · {len(drawn)} devices", markup=False)


def registered(place: Place) -> list[str]:
    """The id of every device in the register."""
    from bongsu.store import assets

    store = place.guest()
    try:
        with store.db.reader() as connection:
            _, blocks = assets.devices(connection)
    finally:
        store.close()
    return [device.id for block in blocks for device in assets.decode_devices(block)]


@devices.command("shut-out")
def shut_out(name: Name, data: Data = Path("data"), config: Config = None) -> None:
    """Let nobody in by this name any more; whoever is in stays until the connection ends."""
    from bongsu.telemetry.nats.credentials import Credentials

    Credentials(place_of(data, config).folder / "telemetry").revoke(name)
    Console(highlight=False).print(f"{name}: 더는 들어올 수 없습니다 · let in no more", markup=False)
