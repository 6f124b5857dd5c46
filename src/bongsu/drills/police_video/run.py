"""One run of the drill, from an empty folder to a verdict."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from bongsu.core.geo import Point
from bongsu.drills.outcome import Outcome
from bongsu.drills.police_video import audit, bare, teeth, tickets
from bongsu.drills.police_video.findings import Findings
from bongsu.drills.police_video.first_frames import sample
from bongsu.drills.police_video.ground import Standing, Tell, furnish, lay, standing
from bongsu.drills.police_video.hands import Case, Hands, seated
from bongsu.drills.police_video.load import burst
from bongsu.drills.police_video.places import box_of_map, call_places, cameras_in, spread
from bongsu.drills.police_video.plan import Plan
from bongsu.drills.police_video.report import report
from bongsu.world.police112.stories import KINDS

PLACES_APART_M = 150.0
SPARE_CASES = 3
STALLED_CALLS = 5
STOPPED_VIDEOS = 4
BARE_CAMERAS = 10


async def drill(plan: Plan, tell: Tell, *, keep: Path | None = None) -> Outcome:
    """Run the whole platform in a temporary folder (or in `keep`, which stays) and measure it from outside.

    Raises Unavailable when the ground cannot be laid: a missing file, a platform that does not start.
    """
    began = time.monotonic()
    found = Findings(plan=plan)
    with tempfile.TemporaryDirectory(prefix="bongsu-drill-") as temporary:
        folder = keep.resolve() if keep is not None else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        ground = lay(folder)
        await furnish(ground, plan, KINDS, tell)
        async with standing(ground, plan) as stands, seated(ground, random.Random(plan.seed)) as hands:
            found.pids = stands.parts()
            await _exercise(found, stands, hands, tell)
        found.replayed = await audit.replay(ground.data)
    found.seconds = round(time.monotonic() - began, 1)
    return report(found)


async def _exercise(found: Findings, stands: Standing, hands: Hands, tell: Tell) -> None:
    await keep_apart(hands)
    spots = await _camera_spots(hands)
    before = await audit.loop_lag(hands.seats["drill-admin"])
    await _first_frames(found, hands, spots, tell)
    await _bursts(found, hands, spots, tell)
    spare = [hands.new_case(place) for place in spread(spots, SPARE_CASES, PLACES_APART_M, hands.chance)]
    await _hostile(found, hands, spare, tell)
    found.lag = (await audit.loop_lag(hands.seats["drill-admin"])).since(before)
    await _faults(found, stands, hands, spots, tell)
    tell("comparing the books")
    ended_first = {case.occurrence for done in found.rounds for case in done.reordered}
    found.books = await audit.audit(hands, ended_first)
    tell("measuring the bare limits")
    await _bare_limits(found, hands)


async def keep_apart(hands: Hands) -> None:
    """Tell the platform that no two calls are of one event: the drill rings twice at one place, and dozens a second."""
    admin = hands.seats["drill-admin"]
    record = (await admin.get("/v1/records", kind="correlation")).raise_for_status().json()[0]
    body = record["body"] | {"prior": 0.0}
    new = {"version": record["version"], "body": body, "note": "drill: every call is its own"}
    (await admin.put(f"/v1/records/correlation/{record['id']}", new)).raise_for_status()


async def _camera_spots(hands: Hands) -> list[Point]:
    columns = (await hands.operator.get("/v1/cameras")).raise_for_status().json()
    header = await hands.operator.get_range("/basemap.pmtiles", 0, 126)
    return cameras_in(columns, box_of_map(header))


async def _first_frames(found: Findings, hands: Hands, spots: list[Point], tell: Tell) -> None:
    tell(f"first frames at {found.plan.places} places, one call at a time")
    places = spread(spots, found.plan.places, PLACES_APART_M, hands.chance)
    found.frames = await sample(hands, places)


async def _bursts(found: Findings, hands: Hands, spots: list[Point], tell: Tell) -> None:
    for calls in found.plan.rounds:
        tell(f"a burst of {calls} calls at {found.plan.per_second:g} a second")
        places = call_places(spots, calls, hands.chance)
        found.rounds.append(await burst(hands, found.plan, places, found.frames))


async def _hostile(found: Findings, hands: Hands, spare: list[Case], tell: Tell) -> None:
    tell("forged, replayed and borrowed tickets; a bad gateway")
    for case in spare:
        await hands.ring(case)
    found.misuse = await tickets.misuse(hands, spare[0], spare[1])
    found.leak = await teeth.bad_gateway(hands, spare[2])
    for case in spare[:2]:
        await hands.close(case)
    if spare[0].given is not None:
        found.misuse.append(await tickets.after_close(hands, spare[0].given))


async def _faults(found: Findings, stands: Standing, hands: Hands, spots: list[Point], tell: Tell) -> None:
    tell("a stalled writer, then a stopped core")
    stalled = [hands.new_case(place) for place in call_places(spots, STALLED_CALLS, hands.chance)]
    found.stall = await teeth.stall(hands, stalled, found.plan.stall_s)
    viewings = [
        await hands.look(case.given, case.given.cameras[0])
        for case in stalled[:STOPPED_VIDEOS]
        if case.given is not None and case.given.cameras
    ]
    for viewing in viewings:
        await viewing.frame_newer_than(0.0)
        viewing.decoding = False
    found.silence = await teeth.stop_the_core(viewings, found.pids["core"])
    for case in stalled:
        await hands.close(case)


async def _bare_limits(found: Findings, hands: Hands) -> None:
    used = list(dict.fromkeys(viewing.camera for viewing in hands.viewings))
    template = f"rtsp://127.0.0.1:{hands.ground.ports.cameras}/{{id}}"
    found.bare.commits = bare.commits_ms(hands.ground.folder)
    found.bare.round_trips = await bare.round_trips_ms(hands.ground.url)
    found.bare.keyframes = await bare.keyframes_ms(template, used[:BARE_CAMERAS], hands.chance)
