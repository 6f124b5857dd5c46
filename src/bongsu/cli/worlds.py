"""`bongsu world`: the simulated city, which comes in through the same doors as a real one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

world = typer.Typer(help="The simulated city, never inside the platform.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add `bongsu world`."""
    app.add_typer(world, name="world")


@world.command("make")
def make(
    folder: Annotated[Path, typer.Argument(help="Where the city's files go.")],
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another city.")] = 1,
) -> None:
    """Make a city: cctv.csv, city.osm.pbf, and scene.json that only the world reads."""
    from bongsu.world import maker

    maker.make(folder, seed)


@world.command("cameras")
def cameras(
    scene: Annotated[Path, typer.Argument(help="The city's folder, or its scene.json.")],
    port: Annotated[int, typer.Option("--port", help="The RTSP port.")] = 8554,
    broken: Annotated[list[str] | None, typer.Option("--broken", help="A camera that gives nothing.")] = None,
) -> None:
    """Serve every camera of a city over RTSP, rendered only while somebody watches."""
    from bongsu.parent import end_with_parent
    from bongsu.world.camera.server import run

    end_with_parent()
    run(scene, "127.0.0.1", port, lambda real: None, broken=frozenset(broken or []))


@world.command("patrols")
def patrols(
    scene: Annotated[Path, typer.Argument(help="The city's folder, or its scene.json.")],
    config: Annotated[Path, typer.Option("--config", help="The city's bongsu.toml.")],
    code: Annotated[str, typer.Option("--code", help="The partner whose crews they are.")] = "POLICE112",
) -> None:
    """Drive patrol cars through the city and report where they are."""
    from bongsu.parent import end_with_parent
    from bongsu.settings import load, secrets_for
    from bongsu.world import patrols as crews

    end_with_parent()
    settings = load(config)
    crews.run(scene, f"http://127.0.0.1:{settings.web.port}", secrets_for(settings).theirs[code])


@world.command("partner")
def partner(
    who: Annotated[str, typer.Argument(help="112, 119, hq (disaster headquarters) or moj (tracking centre).")],
    config: Annotated[Path, typer.Option("--config", help="The city's bongsu.toml.")],
    log: Annotated[Path, typer.Option("--log", help="Where its own record is kept (JSON lines).")],
    code: Annotated[str, typer.Option("--code", help="Its code in the settings; without it, its usual one.")] = "",
    feed: Annotated[Path | None, typer.Option("--feed", help="The world's calls: it tells the city its own.")] = None,
    scene: Annotated[Path | None, typer.Option("--scene", help="It makes calls of its own at these cameras.")] = None,
    every: Annotated[float, typer.Option("--every", help="Seconds between calls of its own.")] = 45.0,
    watch_as: Annotated[str, typer.Option("--watch-as", help="Watch what is granted, as this user.")] = "",
    password_file: Annotated[Path, typer.Option("--password-file", help="That user's password.")] = Path("password"),
) -> None:
    """Be a partner beside the city: report, listen, and where asked for, watch."""
    from bongsu.parent import end_with_parent
    from bongsu.world.partner import process, rooms
    from bongsu.world.partner.caller import Pace
    from bongsu.world.partner.office import Work
    from bongsu.world.partner.officer import Duty

    room = rooms.find(who)
    end_with_parent()
    duty = Duty(name=watch_as, password_file=password_file) if watch_as else None
    work = Work(feed=feed, pace=Pace(between_s=every), duty=duty)
    process.start(room, config, log, work, code=code, at_cameras_of=scene)
