"""`bongsu cameras`: cameras found on the network, and asked what they offer."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bongsu.core.errors import BongsuError

if TYPE_CHECKING:
    from bongsu.core.login import Login
    from bongsu.wires.onvif.records import Found, StreamProfile

cameras = typer.Typer(help="Cameras on the network.", no_args_is_help=True)
COLUMNS = ("관리번호", "설치장소", "위도", "경도", "rtsp", "substream", "onvif")
"""The words `bongsu import cctv` knows the columns by; places are for people to fill in."""


def add_to(app: typer.Typer) -> None:
    """Add `bongsu cameras`."""
    app.add_typer(cameras, name="cameras")


@cameras.callback()
def finding() -> None:
    """Cameras on the network."""


@cameras.command("discover")
def discover(
    within_s: Annotated[float, typer.Option("--for", help="Seconds to wait for answers.", min=0.1)] = 3.0,
    to: Annotated[str, typer.Option("--to", help="Whom to ask: the multicast group, or one address.")] = "",
    port: Annotated[int, typer.Option("--port", help="The UDP port to ask.")] = 3702,
    logins: Annotated[str, typer.Option("--logins", help="The file of camera logins, to ask for streams.")] = "",
    register: Annotated[Path | None, typer.Option("--csv", help="Write a register for `bongsu import cctv`.")] = None,
) -> None:
    """Find ONVIF cameras by WS-Discovery and, with their logins, the addresses of their streams."""
    from bongsu.gateways.onvif import discover as probing
    from bongsu.settings import read_logins

    found = asyncio.run(probing.discover(within_s, to or probing.GROUP, port))
    login = read_logins(logins)
    rows = asyncio.run(_ask_all(found, [login.of(name_of(one)) for one in found] if logins else []))
    _show(found, rows)
    if register is not None:
        _write(register, found, rows)


def name_of(found: Found) -> str:
    """What a camera is called until somebody gives it a number of the city's own."""
    return found.name or found.endpoint.rpartition(":")[2]


Offer = tuple["StreamProfile | None", "StreamProfile | None", str]
"""A camera's main and sub stream, and the code of what stood in the way ("" nothing)."""


async def _ask_all(found: tuple[Found, ...], logins: list[Login]) -> list[Offer]:
    if not logins:
        return [(None, None, "") for _ in found]
    return list(await asyncio.gather(*[_ask(one.url, login) for one, login in zip(found, logins, strict=True)]))


async def _ask(url: str, login: Login) -> Offer:
    from bongsu.core.clock import wall_clock
    from bongsu.gateways.onvif.device import open_device
    from bongsu.settings import VideoSettings
    from bongsu.wires.onvif.records import main_and_sub

    try:
        device = await open_device(url, login, VideoSettings().networks, timeout_s=5.0, now=wall_clock)
        try:
            return (*main_and_sub(await device.streams()), "")
        finally:
            await device.close()
    except BongsuError as problem:
        return None, None, problem.code


def _show(found: tuple[Found, ...], rows: list[Offer]) -> None:
    table = Table("name", "hardware", "onvif", "main", "sub", "problem")
    for one, (main, sub, problem) in zip(found, rows, strict=True):
        table.add_row(name_of(one), one.hardware, one.url, main.uri if main else "", sub.uri if sub else "", problem)
    Console(soft_wrap=True).print(table, markup=False)


def _write(register: Path, found: tuple[Found, ...], rows: list[Offer]) -> None:
    with register.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(COLUMNS)
        for one, (main, sub, _) in zip(found, rows, strict=True):
            uris = (main.uri if main else "", sub.uri if sub else "")
            sheet.writerow((name_of(one), name_of(one), "", "", *uris, one.url))
