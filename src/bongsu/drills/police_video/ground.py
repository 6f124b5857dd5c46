"""The ground a drill stands on: a city in a temporary folder, the platform, its cameras and the police."""

from __future__ import annotations

import asyncio
import secrets
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec

from bongsu.core.asset import Camera
from bongsu.core.errors import Unavailable
from bongsu.drills import processes
from bongsu.drills.police_video.plan import Plan
from bongsu.world import scene
from bongsu.world.partner.terminal import Terminal

CODE, AGENCY = "POLICE112", "police112"
OTHER_AGENCY = "fire119"
USERS = {
    "drill-operator": ("operator", ""),
    "drill-officer": ("agency", AGENCY),
    "drill-crew": ("agency", OTHER_AGENCY),
    "drill-auditor": ("auditor", ""),
    "drill-admin": ("admin", ""),
}
READY_WITHIN_S = 150.0
Tell = Callable[[str], None]


class Ports(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything listens on loopback."""

    web: int
    video: int
    cameras: int
    police: int


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A standing platform and what is needed to come to its doors."""

    folder: Path
    ports: Ports
    keys: dict[str, str]
    passwords: dict[str, str]

    @property
    def url(self) -> str:
        """The core's address."""
        return f"http://127.0.0.1:{self.ports.web}"

    @property
    def data(self) -> Path:
        """The platform's data folder."""
        return self.folder / "data"

    @property
    def config(self) -> Path:
        """The boot settings."""
        return self.folder / "bongsu.toml"

    @property
    def police_log(self) -> Path:
        """Where the police keep what the city told them."""
        return self.folder / "police112.jsonl"

    @property
    def key(self) -> str:
        """The key the police show the city."""
        return self.keys[f"BONGSU_PARTNER_{CODE}_KEY"]


class Standing(msgspec.Struct, kw_only=True):
    """The processes of a ground while they run."""

    ground: Ground
    platform: Process
    cameras: Process
    police: Process

    def parts(self) -> dict[str, int]:
        """The pid of each part, found by the port it listens on."""
        tree = (self.platform.pid, *processes.descendants(self.platform.pid))
        ports = self.ground.ports
        return {
            "parent": self.platform.pid,
            "core": processes.listener_of(ports.web, tree),
            "video": processes.listener_of(ports.video, tree),
            "cameras": self.cameras.pid,
            "police": self.police.pid,
        }


def lay(folder: Path) -> Ground:
    """Choose ports, keys and passwords."""
    free = [processes.free_port() for _ in range(4)]
    return Ground(
        folder=folder,
        ports=Ports(web=free[0], video=free[1], cameras=free[2], police=free[3]),
        keys={
            f"BONGSU_PARTNER_{CODE}_KEY": secrets.token_urlsafe(32),
            f"BONGSU_PARTNER_{CODE}_OUR_KEY": secrets.token_urlsafe(32),
        },
        passwords={name: secrets.token_urlsafe(18) for name in USERS},
    )


def settings_of(ground: Ground, kinds: tuple[str, ...], video: str = "") -> str:
    """The boot settings of the platform under test, as an integrator would write them; `video` is more of its part."""
    ports, listed = ground.ports, ", ".join(f'"{kind}"' for kind in kinds)
    return f"""data = "data"
[city]
name = "훈련시"
name_en = "Drill city"
code = "BONGSU"
[web]
port = {ports.web}
public_url = "{ground.url}"
[video]
port = {ports.video}
public_url = "ws://127.0.0.1:{ports.video}"
stream_url = "rtsp://127.0.0.1:{ports.cameras}/{{id}}"
{video}
[[partners]]
code = "{CODE}"
name = "112 치안종합상황실"
agency = "{AGENCY}"
url = "http://127.0.0.1:{ports.police}"
[services.police_video]
kinds = [{listed}]
[services.police_dispatch]
kinds = [{listed}]
"""


async def furnish(ground: Ground, plan: Plan, kinds: tuple[str, ...], tell: Tell) -> None:
    """Write the settings, bring the city in through the importers, and add the people."""
    ground.config.write_text(settings_of(ground, kinds), "utf-8")
    city = ground.folder / "city"
    cctv, osm = plan.cctv, plan.osm
    if cctv is None or osm is None:
        tell("making a city")
        await processes.run(*processes.BONGSU, "world", "make", str(city), "--seed", str(plan.seed))
        cctv, osm = cctv or city / "cctv.csv", osm or city / "city.osm.pbf"
    for what, file in (("osm", osm), ("cctv", cctv)):
        tell(f"importing {file.name}")
        await processes.run(*processes.BONGSU, "import", what, str(file), "--data", str(ground.data))
    tell("adding the people")
    await asyncio.gather(*(_add(ground, name) for name in USERS))


async def _add(ground: Ground, name: str) -> None:
    role, agency = USERS[name]
    belongs = ("--agency", agency) if agency else ()
    words = ("user", "add", name, "--role", role, *belongs, "--data", str(ground.data), "--password-stdin")
    await processes.run(*processes.BONGSU, *words, told=ground.passwords[name].encode() + b"\n")


@asynccontextmanager
async def standing(ground: Ground, plan: Plan) -> AsyncIterator[Standing]:
    """Start police, platform and cameras, wait until usable, and end exactly these at the end."""
    logs = ground.folder / "logs"
    logs.mkdir(exist_ok=True)
    started: list[Process] = []

    async def start(name: str, *words: str) -> Process:
        process = await processes.start(words, logs / f"{name}.log", ground.keys)
        started.append(process)
        return process

    try:
        police = await start("police", *police_words(ground))
        platform = await start("platform", *processes.BONGSU, "serve", "--config", str(ground.config))
        await usable(ground, platform, logs / "platform.log")
        if plan.osm is not None or plan.cctv is not None:
            await draw_scene(ground, plan)
        cameras = await start("cameras", *camera_words(ground))
        await listening(cameras, ground.ports.cameras, logs / "cameras.log")
        yield Standing(ground=ground, platform=platform, cameras=cameras, police=police)
    finally:
        for process in reversed(started):
            await processes.end(process)


async def draw_scene(ground: Ground, plan: Plan) -> None:
    """Give a real city's cameras something to look at: its register, read through the platform's own door."""
    admin = Terminal(ground.url)
    await admin.sign_in("drill-admin", ground.passwords["drill-admin"])
    told = (await admin.get("/v1/cameras/register")).raise_for_status().content
    await admin.close()
    cameras = [msgspec.json.decode(line, type=Camera) for line in told.splitlines() if line]
    drawn = await asyncio.to_thread(scene.from_register, cameras, plan.osm, plan.seed)
    scene.save(drawn, ground.folder / "city")


def camera_words(ground: Ground) -> tuple[str, ...]:
    """The command of the simulated cameras."""
    return (*processes.BONGSU, "world", "cameras", str(ground.folder / "city"), "--port", str(ground.ports.cameras))


def police_words(ground: Ground) -> tuple[str, ...]:
    """The command of the police's own listener."""
    words = ("-m", "bongsu.world.police112", "--config", str(ground.config), "--code", CODE)
    return (sys.executable, *words, "--log", str(ground.police_log), "--end-with-stdin")


async def listening(process: Process, port: int, log: Path) -> None:
    """Wait until a server of ours takes connections."""
    for _ in range(int(READY_WITHIN_S / 0.1)):
        if process.returncode is not None:
            break
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    raise Unavailable("drill.not_ready", seconds=READY_WITHIN_S, detail=log.read_text("utf-8", "replace")[-1500:])


async def usable(ground: Ground, platform: Process, log: Path) -> None:
    """Wait until the platform says it is ready; raise Unavailable with its last words when it is not in time."""
    async with httpx.AsyncClient(trust_env=False, timeout=2.0) as http:
        for _ in range(int(READY_WITHIN_S / 0.1)):
            if platform.returncode is not None:
                break
            if await _is_ready(http, ground.url):
                return
            await asyncio.sleep(0.1)
    last = log.read_text("utf-8", "replace")[-1500:]
    raise Unavailable("drill.not_ready", seconds=READY_WITHIN_S, detail=last)


async def _is_ready(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(f"{url}/healthz")).status_code == 200
    except httpx.TransportError:
        return False
