"""Useful views among the first four cameras: ranked by who really sees the place, against the nearest.

"Useful" is said by the world's independent judge (`world.truth`): at least 62 px/m on a person, and nothing
in between. Nothing here tells the city what the judge knows.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from bongsu.benches import sight_time
from bongsu.benches.people import places
from bongsu.city import City
from bongsu.core.asset import Camera, Ground
from bongsu.core.geo import Point
from bongsu.imports import cctv_standard
from bongsu.imports import osm as osm_import
from bongsu.settings import CameraSettings
from bongsu.world import maker, scene
from bongsu.world import osm as world_osm
from bongsu.world.truth import OBSERVE_PX_PER_M, Judge

FIRST = 4
WITHIN_M = 500.0
LIMITS = {"ratio": 1.7, "query_ms_p99": 5.0}
MADE_SEEDS = (1, 2, 3)
HEADING_SEEDS = (11, 23, 37, 53, 71)
ASSUMED_HEIGHT_M = 5.0


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What one measurement stands on: the register and ground the city is told, and the truth beside them."""

    cameras: tuple[Camera, ...]
    ground: Ground
    eyes: tuple[scene.Eye, ...]
    true_ground: Ground


def run(
    *,
    cctv: Path | None = None,
    osm: Path | None = None,
    seeds: Sequence[int] = MADE_SEEDS,
    points: int = 1_000,
    queries: int = 1_000,
) -> dict[str, Any]:
    """Measure the made city, the real one where `cctv` and `osm` are there, and the time of a query.

    `points` places a city, `queries` a timing run; figures of several seeds are medians, the seeds' own
    ratios stand beside them. Raises Invalid for files that are not what their names say.
    """
    made = [_of_made_city(seed, points) for seed in seeds]
    register = cctv_standard.read(cctv)[0] if cctv is not None and cctv.is_file() else ()
    return (
        _median(made)
        | {"ratios": [one["ratio"] for one in made], "limit": LIMITS, "px_per_m": OBSERVE_PX_PER_M}
        | sight_time.measure(register, queries=queries)
        | {"real": _of_real_city(register, cctv, osm, points)}
    )


def score(site: Site, points: Iterable[Point]) -> dict[str, Any]:
    """Mean useful views among the first four, by distance and by rank, with and without what each needs.

    `possible` is what a ranking that knew the truth would show: no method can show more.
    """
    where = tuple(points)
    assume = CameraSettings(ppm=OBSERVE_PX_PER_M)
    city = City(site.cameras, site.ground, assume)
    judged = _judged(site.eyes, site.true_ground, where)
    nearest = [[c.id for c, _ in city.nearest(p, within_m=WITHIN_M, at_most=FIRST)] for p in where]
    ranked = _ranked(city, where)
    blind = City([msgspec.structs.replace(c, heading_deg=None) for c in site.cameras], site.ground, assume)
    open_judged = _judged(site.eyes, Ground(), where)
    open_city = City(site.cameras, Ground(), assume)
    near = _mean(judged, nearest)
    useful = {"nearest": near, "ranked": _mean(judged, ranked), "possible": _most(judged)}
    around = [len(city.nearest(p, within_m=WITHIN_M, at_most=len(site.cameras))) for p in where]
    return {
        "useful_at_4": useful | {"ranked_without_headings": _mean(judged, _ranked(blind, where))},
        "ratio": _ratio(useful["ranked"], near),
        "ratio_possible": _ratio(useful["possible"], near),
        "useful_at_4_no_buildings": {
            "nearest": _mean(open_judged, nearest),
            "ranked": _mean(open_judged, _ranked(open_city, where)),
        },
        "cameras": len(site.cameras),
        "cameras_within_500_m": round(statistics.fmean(around), 1),
        "points": len(where),
    }


def _of_made_city(seed: int, points: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bongsu-sight-") as name:
        folder = Path(name)
        maker.make(folder, seed)
        cameras, _ = cctv_standard.read(folder / "cctv.csv")
        ground, _ = osm_import.read(folder / "city.osm.pbf")
        truth = scene.load(folder)
    true_ground = Ground(roads=truth.roads, buildings=truth.buildings)
    site = Site(cameras=cameras, ground=ground, eyes=truth.cameras, true_ground=true_ground)
    return score(site, places(true_ground, points, seed))


def _of_real_city(register: Sequence[Camera], cctv: Path | None, osm: Path | None, points: int) -> dict[str, Any]:
    """Real cameras before real buildings; headings nobody ever wrote down are dealt by five frozen seeds."""
    missing = [str(path) for path in (cctv, osm) if path is not None and not path.is_file()]
    if cctv is None or osm is None or missing:
        why = f"no such file: {', '.join(missing)}" if missing else "give --cctv and --osm to measure a real city"
        return {"skipped": why}
    ground, _ = osm_import.read(osm)
    judged_by = world_osm.read(osm)
    inside = _on_ground(register, ground)
    where = places(judged_by, points, HEADING_SEEDS[0])
    runs = [score(_dealt(inside, ground, judged_by, seed), where) for seed in HEADING_SEEDS]
    return _median(runs) | {"ratios": [one["ratio"] for one in runs], "rows": len(inside), "source": osm.name}


def _on_ground(cameras: Iterable[Camera], ground: Ground) -> tuple[Camera, ...]:
    """The cameras within the mapped roads' extent."""
    drawn = np.array([point for road in ground.roads for point in road.line])
    (west, south), (east, north) = drawn.min(axis=0), drawn.max(axis=0)
    return tuple(c for c in cameras if west <= c.where.lon <= east and south <= c.where.lat <= north)


def _dealt(register: Sequence[Camera], ground: Ground, true_ground: Ground, seed: int) -> Site:
    """Each row's `count` cameras taken one by one, each with a heading of its own, true and registered alike."""
    assume = CameraSettings()
    cameras: list[Camera] = []
    for row in register:
        for nth in range(row.count):
            name = f"{row.id}#{nth}"
            heading = 360.0 * scene.unit_hash(seed, "heading", name)
            cameras.append(msgspec.structs.replace(row, id=name, count=1, heading_deg=heading))
    eyes = tuple(
        scene.Eye(
            id=camera.id,
            where=camera.where,
            heading_deg=camera.heading_deg or 0.0,
            hfov_deg=camera.hfov_deg or assume.hfov_deg,
            height_m=camera.height_m or ASSUMED_HEIGHT_M,
            width_px=camera.width_px or assume.width_px,
        )
        for camera in cameras
    )
    return Site(cameras=tuple(cameras), ground=ground, eyes=eyes, true_ground=true_ground)


def _judged(eyes: Sequence[scene.Eye], ground: Ground, where: Sequence[Point]) -> list[set[str]]:
    judge = Judge(eyes, ground.buildings)
    return [{eyes[row].id for row in judge.useful(point)} for point in where]


def _ranked(city: City, where: Sequence[Point]) -> list[list[str]]:
    return [[view.camera for view in city.who_sees(p, within_m=WITHIN_M, at_most=FIRST)] for p in where]


def _mean(judged: Sequence[set[str]], chosen: Sequence[Sequence[str]]) -> float:
    hits = [len(good.intersection(some)) for good, some in zip(judged, chosen, strict=True)]
    return round(statistics.fmean(hits), 4) if hits else 0.0


def _most(judged: Sequence[set[str]]) -> float:
    return round(statistics.fmean(min(FIRST, len(good)) for good in judged), 4) if judged else 0.0


def _ratio(ranked: float, nearest: float) -> float | None:
    return round(ranked / nearest, 3) if nearest else None


def _median(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The median of every figure over the runs, tables within tables included."""
    return {
        key: _median([run[key] for run in runs]) if isinstance(value, dict) else _middle([run[key] for run in runs])
        for key, value in runs[0].items()
    }


def _middle(values: Sequence[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return statistics.median(told) if told else None
