"""`bongsu world`: the simulated city, which comes in through the same doors as a real one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

world = typer.Typer(help="The simulated city, never inside the platform.", invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Add `bongsu world`."""
    app.add_typer(world, name="world")


@world.callback()
def sizes_and_scenarios(
    context: typer.Context,
    shown: Annotated[bool, typer.Option("--list", help="Show the sizes of city and the scenarios there are.")] = False,
) -> None:
    """The simulated city, never inside the platform."""
    from bongsu.cli import showing

    if shown:
        showing.print_world(Console(highlight=False))
    elif context.invoked_subcommand is None:
        Console(highlight=False).print(context.get_help(), markup=False)


@world.command("make")
def make(
    folder: Annotated[Path, typer.Argument(help="Where the city's files go.")],
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another city.")] = 1,
    size: Annotated[str, typer.Option("--size", help="town, city or metropolis.")] = "town",
) -> None:
    """Make a city: its registers, city.osm.pbf, boundaries.geojson, and scene.json that only the world reads."""
    from bongsu.world import maker

    telling = Console(stderr=True, highlight=False)
    maker.make(folder, seed, size, lambda line: telling.print(line, markup=False))


@world.command("run")
def run(
    scenario: Annotated[str, typer.Argument(help="A scenario's name (bongsu world --list) or file.")],
    city: Annotated[Path | None, typer.Option("--city", help="The made city's folder; without it one is made.")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="The city's bongsu.toml: crews report to it.")] = None,
    folder: Annotated[Path, typer.Option("--run", help="Where calls, missions and the truth go.")] = Path("out/run"),
    speed: Annotated[float | None, typer.Option("--speed", help="Simulated seconds a second.", min=0.1)] = None,
    for_s: Annotated[float | None, typer.Option("--for", help="Simulated seconds to play.", min=1)] = None,
    into_s: Annotated[float, typer.Option("--into", help="Begin so many simulated seconds later.", min=0)] = 0.0,
    with_parent: Annotated[bool, typer.Option("--end-with-stdin", help="End when standard input closes.")] = False,
    dry: Annotated[bool, typer.Option("--dry", help="Print the truth at once, without a platform.")] = False,
) -> None:
    """Play a scenario: traffic, people, crews and events, told to partners and to the platform as they happen."""
    from bongsu.cli import playing
    from bongsu.parent import end_with_parent

    if dry:
        playing.rehearse(scenario, city, for_s or playing.HOUR_S)
        return
    if with_parent:
        end_with_parent()
    playing.play(scenario, city, config, folder, speed=speed, into_s=into_s, for_s=for_s)


@world.command("cameras")
def cameras(
    scene: Annotated[Path, typer.Argument(help="The city's folder, or its scene.json.")],
    port: Annotated[int, typer.Option("--port", help="The RTSP port.")] = 8554,
    broken: Annotated[list[str] | None, typer.Option("--broken", help="A camera that gives nothing.")] = None,
    folder: Annotated[Path | None, typer.Option("--run", help="Show the run that plays in this folder.")] = None,
    onvif: Annotated[list[str] | None, typer.Option("--onvif", help="A camera that speaks ONVIF as well.")] = None,
    onvif_port: Annotated[int, typer.Option("--onvif-port", help="Their HTTP port.")] = 8580,
    found: Annotated[bool, typer.Option("--discoverable", help="They answer WS-Discovery on UDP 3702.")] = False,
) -> None:
    """Serve every camera of a city over RTSP, rendered only while somebody watches."""
    from bongsu.parent import end_with_parent
    from bongsu.world.camera.server import Speaking, run

    end_with_parent()
    speaking = Speaking(tuple(onvif), onvif_port, is_found=found) if onvif else None
    run(scene, "127.0.0.1", port, lambda real: None, frozenset(broken or []), folder, speaking)


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


@world.command("signals")
def signals(
    register: Annotated[Path, typer.Argument(help="The register of signals (TOML): one controller for each.")],
    config: Annotated[Path, typer.Option("--config", help="The city's bongsu.toml: its key is in the environment.")],
    port: Annotated[int, typer.Option("--port", help="Their HTTP port; each is at /<id>.")] = 8090,
    deaf: Annotated[list[str] | None, typer.Option("--deaf", help="One that never answers.")] = None,
    refuse: Annotated[list[str] | None, typer.Option("--refuse", help="One that refuses priority.")] = None,
    make_from: Annotated[Path | None, typer.Option("--make-from", help="First write it, for this OSM file.")] = None,
) -> None:
    """Be the signal controllers of a register: ring and barrier plans, priority on request, recovery."""
    from bongsu.cli.signals import make, play
    from bongsu.parent import end_with_parent

    end_with_parent()
    if make_from is not None:
        make(make_from, register, f"http://127.0.0.1:{port}")
    play(register, config, port, deaf or [], refuse or [])


@world.command("care")
def care(
    city: Annotated[Path, typer.Argument(help="The made city's folder, or a .osm.pbf: where the devices stand.")],
    register: Annotated[Path | None, typer.Option("--register", help="Only write their register here.")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="The city's bongsu.toml: where they tell.")] = None,
    secrets: Annotated[Path | None, typer.Option("--secrets", help="From bongsu devices admit-all.")] = None,
    story: Annotated[
        list[str] | None, typer.Option("--story", help="service/case@seconds, as room_fire/fire@20.")
    ] = None,
    service: Annotated[list[str] | None, typer.Option("--service", help="Only this one of the seven.")] = None,
    folder: Annotated[Path | None, typer.Option("--run", help="Follow the clock of the run in this folder.")] = None,
    log: Annotated[Path | None, typer.Option("--log", help="Where the truth of the stories goes.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other lives.")] = 1,
    with_parent: Annotated[bool, typer.Option("--end-with-stdin", help="End when standard input closes.")] = False,
) -> None:
    """Be the devices of the care services: homes, wristbands, buses, meters, bins, walls and rooms, over MQTT."""
    from bongsu.cli import caring
    from bongsu.parent import end_with_parent

    if with_parent:
        end_with_parent()
    work = caring.Work(city=city, services=service or [], stories=story or [], seed=seed, run=folder, log=log)
    if register is not None:
        caring.enrol(work, register)
        return
    caring.live(work, config, secrets)


@world.command("care-month")
def care_month(
    config: Annotated[Path, typer.Option("--config", help="The city's bongsu.toml: where they tell.")],
    secrets: Annotated[Path, typer.Option("--secrets", help="The secrets of devices and their gateway, by name.")],
    begin_ms: Annotated[int, typer.Option("--begin-ms", help="The midnight (KST) it begins at, Unix ms.")],
    until_ms: Annotated[int, typer.Option("--until-ms", help="Nothing later is told, Unix ms.")],
    pause_ms: Annotated[int, typer.Option("--pause-ms", help="Wait for a line on standard input here.")] = 0,
    days: Annotated[int, typer.Option("--days", help="How many days.", min=1)] = 31,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, other lives.")] = 7,
) -> None:
    """Be the care services' devices for a month of past days, told in order as fast as the platform takes them."""
    from bongsu.cli.months import play
    from bongsu.world.care.month import Weeks

    play(Weeks(seed, days, begin_ms, pause_ms, until_ms), config, secrets)


@world.command("vehicles")
def vehicles(
    register: Annotated[Path, typer.Argument(help="Plates (TOML): reachable, declined, deaf.")],
    config: Annotated[Path, typer.Option("--config", help="The city's bongsu.toml: its key is in the environment.")],
    port: Annotated[int, typer.Option("--port", help="Its HTTP port.")] = 8095,
) -> None:
    """Be the vehicle-contact authority: relay numbers for plates of a register."""
    from bongsu.parent import end_with_parent
    from bongsu.settings import load, secrets_for
    from bongsu.world.vehicles import Desk, read_cars, run

    end_with_parent()
    run(Desk(read_cars(register), secrets_for(load(config)).parked_cars), port)
