"""The processes one phase of the drill stands on, each of which can die and be started again."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import msgspec

from bongsu.core.errors import Unavailable
from bongsu.drills import processes
from bongsu.drills.faults.books import Delivery
from bongsu.drills.faults.server import Server
from bongsu.drills.police_video.ground import AGENCY, CODE, READY_WITHIN_S, Ground, lay, listening, settings_of, usable
from bongsu.world.partner.log import read
from bongsu.world.police112.stories import KINDS

OPERATOR = "drill-operator"
LOOK_S = 0.05
STARTS_AT_MOST = 20
OTHER_CODE, OTHER_AGENCY = "FORGETFUL", "forgetful"
"""A second partner, whose listener is known to be bad: it knows no message again."""


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings say: where partners are reached, how long an offer of video holds, and where the store is."""

    police_url: str
    other_url: str
    offer_s: float = 1800.0
    dsn: str = ""


class Stage:
    """A ground and its running processes."""

    def __init__(self, ground: Ground, other_port: int, *, data: Path | None = None) -> None:
        self.ground = ground
        self.other_port = other_port
        self.data = data or ground.data
        self.running: dict[str, Process] = {}
        self._turn = count(1)
        self.is_hasty = False
        self.server: Server | None = None
        self.dsn = ""
        self.around_police: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words that name this store to `bongsu journal` and `bongsu replay`."""
        return ("--config", str(self.ground.config))

    def log_of(self, name: str) -> str:
        """Everything a process of this name has said."""
        found = sorted((self.ground.folder / "logs").glob(f"{name}-*.log"))
        return "\n".join(path.read_text("utf-8", "replace") for path in found)

    async def start(self, name: str) -> Process:
        """Start one of the processes by its name."""
        logs = self.ground.folder / "logs"
        logs.mkdir(exist_ok=True)
        log = logs / f"{name}-{next(self._turn):04d}.log"
        self.running[name] = await processes.start(self._command(name), log, self.ground.keys)
        return self.running[name]

    def _command(self, name: str) -> tuple[str, ...]:
        config = ("--config", str(self.ground.config))
        match name:
            case "platform":
                hasty = (sys.executable, "-m", "bongsu.drills.faults.hasty")
                return (*(hasty if self.is_hasty else (*processes.BONGSU, "serve")), *config)
            case "police":
                words = (sys.executable, "-m", "bongsu.world.police112", *config, "--code", CODE)
                return (*self.around_police, *words, "--log", str(self.ground.police_log), "--end-with-stdin")
            case "forgetful":
                words = (sys.executable, "-m", "bongsu.world.forgetful", *config, "--code", OTHER_CODE)
                return (*words, "--log", str(self.other_log))
        raise ValueError(name)

    @property
    def other_log(self) -> Path:
        """What the bad receiver wrote down."""
        return self.ground.folder / "forgetful.jsonl"

    async def ready(self) -> None:
        """Wait until the platform is usable; the bad core runs without video, so all it can do is answer."""
        platform = self.running["platform"]
        newest = max((self.ground.folder / "logs").glob("platform-*.log"))
        if self.is_hasty:
            await listening(platform, self.ground.ports.web, newest)
        else:
            await usable(self.ground, platform, newest)

    async def end(self, *names: str) -> None:
        """Ask these processes (all when none is named) to end."""
        for name in names or tuple(reversed(self.running)):
            if (process := self.running.pop(name, None)) is not None:
                await processes.end(process)

    def part(self, name: str) -> int:
        """The pid of core or video, by the port it listens on."""
        port = {"core": self.ground.ports.web, "video": self.ground.ports.video}[name]
        parent = self.running["platform"].pid
        return processes.listener_of(port, (parent, *processes.descendants(parent)))

    def heard(self) -> dict[str, Sequence[Delivery]]:
        """Both partners' own logs, by agency."""
        return {AGENCY: deliveries(self.ground.police_log), OTHER_AGENCY: deliveries(self.other_log)}


def deliveries(log: Path) -> list[Delivery]:
    """A partner's log as the books read it; what carries no request key stays out."""
    return [
        Delivery(key=one.items["request"], at_ms=int(one.at.timestamp() * 1000), again=one.again)
        for one in read(log)
        if "request" in one.items
    ]


def settings(ground: Ground, lines: Lines, *, data: str = "data") -> str:
    """The boot settings: police video goes to the police, dispatches to the partner that forgets."""
    text = settings_of(ground, KINDS).replace('data = "data"', f'data = "{data}"', 1)
    text = text.replace(f'url = "http://127.0.0.1:{ground.ports.police}"', f'url = "{lines.police_url}"')
    other = (
        f'[[partners]]\ncode = "{OTHER_CODE}"\nname = "훈련용"\nagency = "{OTHER_AGENCY}"\nurl = "{lines.other_url}"\n'
    )
    terms = f'agency = "{OTHER_AGENCY}"\n'
    text = text.replace("[services.police_video]\n", f"{other}[services.police_video]\nlease_s = {lines.offer_s}\n")
    text += f'[store]\ndsn = "{lines.dsn}"\n' if lines.dsn else ""
    return text.replace("[services.police_dispatch]\n", f"[services.police_dispatch]\n{terms}")


async def set_up(folder: Path, template: Ground, server: Server | None = None, dsn: str = "") -> Stage:
    """A phase's own ground in a folder: the furnished city of the template, ports and settings of its own."""
    fresh = lay(folder)
    keys = {f"BONGSU_PARTNER_{OTHER_CODE}{kind}": secrets.token_urlsafe(32) for kind in ("_KEY", "_OUR_KEY")}
    ground = msgspec.structs.replace(fresh, keys={**fresh.keys, **keys}, passwords=template.passwords)
    folder.mkdir(parents=True)
    shutil.copytree(template.data, ground.data)
    stage = Stage(ground, processes.free_port())
    stage.server = server
    stage.dsn = await server.database() if server is not None else dsn
    if stage.dsn:
        backup = str(folder / "city.backup")
        await processes.run(*processes.BONGSU, "backup", backup, "--data", str(template.data))
        await processes.run(*processes.BONGSU, "restore", backup, "--data", str(ground.data), "--dsn", stage.dsn)
    ground.config.write_text(settings(ground, lines_of(stage)), "utf-8")
    return stage


def lines_of(stage: Stage) -> Lines:
    """Both partners straight on loopback."""
    return Lines(
        police_url=f"http://127.0.0.1:{stage.ground.ports.police}",
        other_url=f"http://127.0.0.1:{stage.other_port}",
        dsn=stage.dsn,
    )


@asynccontextmanager
async def standing(stage: Stage) -> AsyncIterator[Stage]:
    """Start everybody, wait until usable, and end exactly these at the end."""
    try:
        for name in ("police", "forgetful"):
            await stage.start(name)
            await _listens(stage, name)
        await stage.start("platform")
        await stage.ready()
        yield stage
    finally:
        await stage.end()


async def _listens(stage: Stage, name: str) -> None:
    """Wait until a partner says that it listens."""
    for _ in range(int(READY_WITHIN_S / LOOK_S)):
        if "listens on" in stage.log_of(name):
            return
        await asyncio.sleep(LOOK_S)
    raise Unavailable("drill.not_ready", seconds=READY_WITHIN_S, detail=stage.log_of(name)[-500:])


async def until_up(stage: Stage) -> None:
    """Start the platform again and again, as an init system would, until it stays. Raises Unavailable."""
    for _ in range(STARTS_AT_MOST):
        process = await stage.start("platform")
        try:
            return await stage.ready()
        except Unavailable:
            if process.returncode is None:
                raise
    raise Unavailable("drill.not_ready", seconds=READY_WITHIN_S, detail=stage.log_of("platform")[-1500:])
