"""`bongsu demo`: the whole platform on a made city, in one command, with links to look at it as each of its users."""

from __future__ import annotations

import secrets
import shutil
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from bongsu.cli import demo_devices, demo_signals, people, serving
from bongsu.core.errors import BongsuError, Conflict
from bongsu.core.person import Role
from bongsu.settings import environment

CODE = "POLICE112"
PARTNERS = {
    "112": (CODE, "112 치안종합상황실", "police112", 1.0),
    "119": ("FIRE119", "119종합상황실", "fire119", 2.0),
    "hq": ("DISASTERHQ", "재난안전상황실", "disaster_hq", 6.0),
    "moj": ("MOJTRACK", "위치추적중앙관제센터", "moj", 4.0),
}
"""Each partner's code, name and agency, and how many times longer than 112 it is silent between two calls."""
USERS = {
    "operator": ("관제요원 · control-room operator", Role.OPERATOR, ""),
    "officer": ("112 상황실 · police agency view", Role.AGENCY, "police112"),
    "fire": ("119 상황실 · fire service view", Role.AGENCY, "fire119"),
    "disaster": ("재난안전상황실 · disaster headquarters view", Role.AGENCY, "disaster_hq"),
    "tracking": ("위치추적관제센터 · tracking centre view", Role.AGENCY, "moj"),
    "auditor": ("감사관 · auditor", Role.AUDITOR, ""),
    "admin": ("관리자 · administrator", Role.ADMIN, ""),
}
OBSERVERS = ("112", "119")
DOORS = ("video", "cameras", "onvif", "nats", "mqtt")
RECORDED = 12
"""So many of the simulated cameras are recorded: each is drawn and encoded for as long as it is."""

EVENING, NONE = "lively-evening", "none"
INTO_S = 65.0
"""The scenario's first calls are already on their way when the console opens."""

READY_WITHIN_S = 120.0
STEERABLE_EVERY = 20
LOOK_S = 0.1


def add_to(app: typer.Typer) -> None:
    """Add `bongsu demo`."""
    app.command("demo")(demo)


def demo(
    port: Annotated[int, typer.Option("--port", help="The port of the console.")] = 8700,
    folder: Annotated[Path, typer.Option("--folder", help="Where the demo city lives.")] = Path("out/demo"),
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another city.")] = 1,
    scenario: Annotated[str, typer.Option("--scenario", help="A scenario's name or file, or none.")] = EVENING,
    every: Annotated[float, typer.Option("--every", help="Without a scenario: seconds between 112 calls.")] = 30.0,
) -> None:
    """Run the platform on a made city: cameras, crews, devices, 112, 119, disaster headquarters and tracking centre."""
    from bongsu.parent import keep
    from bongsu.world import scenario as scenarios

    screen = Console(highlight=False, soft_wrap=True)
    folder = folder.resolve()
    if scenario != NONE:
        scenarios.load(scenario)
    _make_city(folder, seed, screen)
    ports = _ports(folder, port)
    (folder / "bongsu.toml").write_text(_settings(folder, ports) + _turning(folder, ports["onvif"]), "utf-8")
    links = people.make_links(folder / "data", tuple(USERS))
    usable = threading.Event()
    threading.Thread(target=_welcome, args=(port, folder, links, screen, usable), daemon=True).start()
    code = keep(
        serving.parts(folder / "bongsu.toml") | {"signals": demo_signals.process(folder, ports["signals"])},
        lambda line: screen.print(line, markup=False),
        env=environment(_keys()),
        later=_quiet_world(folder, ports, every, seed) if scenario == NONE else _world(folder, ports, scenario, seed),
        may_start_later=usable.is_set,
        spares=serving.SPARES,
    )
    sys.exit(code)


def _ports(folder: Path, port: int) -> dict[str, int]:
    """Where everything listens; the signal controllers' register says where they do."""
    ports = {"web": port, **{name: _free_port() for name in (*DOORS, *PARTNERS)}}
    signals = demo_signals.port(folder) or _free_port()
    demo_signals.make(folder, signals)
    return ports | {"signals": signals}


def _steerable(folder: Path) -> list[str]:
    """The cameras of the made city that turn: a few of them."""
    from bongsu.world import scene as scenes

    return [eye.id for eye in scenes.load(folder / "city").cameras][::STEERABLE_EVERY]


def _turning(folder: Path, port: int) -> str:
    """The settings of the cameras that turn; their login goes to a file of its own, which only its owner reads."""
    from bongsu.world.onvif.camera import Login

    logins = folder / "logins.toml"
    logins.touch(mode=0o600)
    logins.write_text('["*"]\nuser = "{}"\npassword = "{}"\n'.format(*Login()), "utf-8")
    rows = "".join(f'"{one}" = "http://127.0.0.1:{port}/{one}/onvif/device"\n' for one in _steerable(folder))
    return f'[cameras]\nlogins = "logins.toml"\n[onvif.cameras]\n{rows}'


def _cameras(folder: Path, ports: dict[str, int]) -> list[str]:
    """How the simulated cameras are started."""
    start = [sys.executable, "-m", "bongsu.cli", "world", "cameras", str(folder / "city")]
    turning = [word for one in _steerable(folder) for word in ("--onvif", one)]
    return [*start, "--port", str(ports["cameras"]), "--onvif-port", str(ports["onvif"]), *turning]


def _keys() -> dict[str, str]:
    """Fresh keys for every partner, one each way."""
    names = [f"BONGSU_PARTNER_{code}{kind}" for code, *_ in PARTNERS.values() for kind in ("_KEY", "_OUR_KEY")]
    return {name: secrets.token_urlsafe(32) for name in [*names, "BONGSU_SIGNALS_KEY"]}


def _make_city(folder: Path, seed: int, screen: Console) -> None:
    """Make the city and bring it in through the importers, once per seed; register who is not yet."""
    from bongsu.cli import bringing
    from bongsu.world import maker

    done = folder / "made"
    if done.exists() and done.read_text("utf-8") == str(seed):
        _register(folder)
        demo_devices.enrol(folder, seed)
        return
    screen.print("한빛시를 만드는 중입니다 · making the city …", markup=False)
    maker.make(folder / "city", seed)
    bringing.osm(folder / "city" / "city.osm.pbf", folder / "data")
    bringing.cctv(folder / "city" / "cctv.csv", folder / "data")
    _register(folder)
    demo_devices.enrol(folder, seed)
    done.write_text(str(seed), "utf-8")


def _register(folder: Path) -> None:
    """Register the demo's users; a folder of an older release lacks some."""
    done = folder / "users"
    if done.exists() and done.read_text("utf-8") == " ".join(USERS):
        return
    for name, (_, role, agency) in USERS.items():
        with suppress(Conflict):
            people.register(folder / "data", name, role, agency)
    done.write_text(" ".join(USERS), "utf-8")


def _world(folder: Path, ports: dict[str, int], scenario: str, seed: int) -> dict[str, list[str]]:
    """The simulated city's own processes, with a scenario: it plays, cameras show it, partners tell of it."""
    start = [sys.executable, "-m", "bongsu.cli", "world"]
    city, config, run = (str(folder / name) for name in ("city", "bongsu.toml", "run"))
    shutil.rmtree(run, ignore_errors=True)
    plays = ["run", scenario, "--city", city, "--config", config, "--run", run, "--into", str(INTO_S)]
    tells = [*start, "partner", "--config", config, "--feed", str(folder / "run" / "calls.jsonl")]
    return {
        "world": [*start, *plays, "--end-with-stdin"],
        "cameras": [*_cameras(folder, ports), "--run", run],
        "devices": demo_devices.process(folder, seed, folder / "run"),
        **{a: [*tells, who, "--log", str(folder / f"{a}.jsonl")] for who, (_, _, a, _) in PARTNERS.items()},
    }


def _quiet_world(folder: Path, ports: dict[str, int], every: float, seed: int) -> dict[str, list[str]]:
    """The same without a scenario: an eternal early afternoon, patrol cars, and partners that ring of themselves."""
    start = [sys.executable, "-m", "bongsu.cli", "world"]
    city, config = str(folder / "city"), str(folder / "bongsu.toml")
    tells = [*start, "partner", "--config", config, "--scene", city]
    partners = {
        agency: [*tells, who, "--log", str(folder / f"{agency}.jsonl"), "--every", str(every * quieter)]
        for who, (_, _, agency, quieter) in PARTNERS.items()
    }
    return {
        "cameras": _cameras(folder, ports),
        "devices": demo_devices.process(folder, seed),
        "patrols": [*start, "patrols", city, "--config", config, "--code", CODE],
        **partners,
    }


def _settings(folder: Path, ports: dict[str, int]) -> str:
    crimes = ["murder", "robbery", "pickpocketing", "theft", "kidnapping", "sexual_violence", "domestic_violence"]
    kinds = ", ".join(f'"{kind}"' for kind in [*crimes, "assault", "weapon", "stalking", "break_in"])
    partners = "".join(_partner(who, ports[who]) for who in PARTNERS)
    return f"""# written by `bongsu demo` at every start
data = "data"
[city]
name = "한빛시"
name_en = "Hanbit"
code = "B4100000000"
[web]
port = {ports["web"]}
public_url = "http://localhost:{ports["web"]}"
[video]
port = {ports["video"]}
public_url = "ws://localhost:{ports["video"]}"
stream_url = "rtsp://127.0.0.1:{ports["cameras"]}/{{id}}"
record = "all"
record_max = {RECORDED}
{partners}[services.police_video]
kinds = [{kinds}]
[services.police_dispatch]
kinds = [{kinds}]
[services.fire_dispatch]
kinds = ["fire", "rescue", "medical", "hazardous_material"]
[services.disaster]
kinds = ["flood", "landslide", "building_collapse", "wildfire", "gas_leak"]
[services.electronic_monitoring]
kinds = ["tag_damage", "tag_curfew", "tag_exclusion_zone", "tag_approach"]
{demo_devices.settings(folder, ports["nats"], ports["mqtt"])}{demo_signals.SETTINGS}"""


def _partner(who: str, port: int) -> str:
    code, name, agency, _ = PARTNERS[who]
    return f"""[[partners]]
code = "{code}"
name = "{name}"
agency = "{agency}"
url = "http://127.0.0.1:{port}"
may_observe = {str(who in OBSERVERS).lower()}
"""


def _welcome(port: int, folder: Path, links: dict[str, str], screen: Console, usable: threading.Event) -> None:
    """Wait until the platform is usable, then say where it is and how to come in."""
    until = time.monotonic() + READY_WITHIN_S
    while not _is_ready(port):
        if time.monotonic() > until:
            screen.print("아직 준비되지 않았습니다 · not ready yet; the lines above say why", markup=False)
            return
        time.sleep(LOOK_S)
    usable.set()
    screen.print(f"\n봉수 bongsu · http://localhost:{port}\n", markup=False)
    for name, (label, _, _) in USERS.items():
        screen.print(f"  {label}\n    http://localhost:{port}/in/{links[name]}", markup=False)
    screen.print(
        "\n링크는 한 번만 쓸 수 있습니다. 끝내려면 Ctrl+C · each link works once; Ctrl+C ends it.", markup=False
    )
    try:
        demo_devices.draw_zones(folder)
    except BongsuError as problem:
        screen.print(f"안심구역을 그리지 못했습니다 · the safe zones are not drawn: {problem}", markup=False)
    try:
        demo_signals.bring_in(folder)
    except BongsuError as problem:
        screen.print(f"신호제어기를 등록하지 못했습니다 · the signals are not registered: {problem}", markup=False)


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port: int = door.getsockname()[1]
        return port
