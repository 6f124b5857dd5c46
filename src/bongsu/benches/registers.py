"""Registers of a metropolis that does not exist, written as a city would hand them over."""

from __future__ import annotations

import csv
import json
import math
import random
from pathlib import Path

from bongsu.core.geo import Plane, Point

CAMERAS, LAMPS = 37_340, 43_553
"""As many as Seoul's camera register and Hwaseong's street lamps have."""
DISTRICTS, QUARTERS_EACH = 25, 16
DISTRICT_M, QUARTER_M = 4_600.0, 250.0
OUTLINE_POINTS = 400
MIDDLE = Point(126.99, 37.55)
SYLLABLES = "가나다라마바사아자차카타파하고노도로모보소오조초"


def write(folder: Path, *, seed: int = 7, cameras: int = CAMERAS, lamps: int = LAMPS) -> tuple[Path, Path, Path]:
    """Write cctv.csv, lamps.csv and districts.geojson; each quarter's rows stand together, as its addresses say."""
    chance = random.Random(seed)
    plane = Plane(MIDDLE)
    homes = [
        (f"{name(district)}구", f"{name(quarter)}동", _home(district, quarter))
        for district in range(DISTRICTS)
        for quarter in range(QUARTERS_EACH)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "cctv.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(
            ("관리번호", "소재지지번주소", "설치목적구분", "카메라대수", "카메라화소수", "WGS84위도", "WGS84경도")
        )
        for number in range(cameras):
            district, quarter, (x, y) = homes[number % len(homes)]
            where = plane.to_point(x + chance.gauss(0, QUARTER_M), y + chance.gauss(0, QUARTER_M))
            address = f"나래광역시 {district} {quarter} {number % 900 + 1}"
            out.writerow((f"C{number:06}", address, "생활방범", 1, 200, f"{where.lat:.6f}", f"{where.lon:.6f}"))
    with (folder / "lamps.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(("관리번호", "읍면동명", "도로명주소", "위도", "경도"))
        for number in range(lamps):
            district, quarter, (x, y) = homes[number % len(homes)]
            where = plane.to_point(x + chance.gauss(0, QUARTER_M), y + chance.gauss(0, QUARTER_M))
            road = f"나래광역시 {district} {quarter[:-1]}로 {number % 300 + 1}"
            out.writerow((f"L{number:06}", quarter, road, f"{where.lat:.6f}", f"{where.lon:.6f}"))
    (folder / "districts.geojson").write_text(json.dumps(_districts(plane), ensure_ascii=False), "utf-8")
    return folder / "cctv.csv", folder / "lamps.csv", folder / "districts.geojson"


def name(number: int) -> str:
    """A name of two syllables."""
    return SYLLABLES[number % len(SYLLABLES)] + SYLLABLES[(number * 7 + number // len(SYLLABLES) + 3) % len(SYLLABLES)]


def _middle(district: int) -> tuple[float, float]:
    side = round(math.sqrt(DISTRICTS))
    return (district % side - (side - 1) / 2) * DISTRICT_M, (district // side - (side - 1) / 2) * DISTRICT_M


def _home(district: int, quarter: int) -> tuple[float, float]:
    """The middle of a quarter, four by four of them in a district."""
    x, y = _middle(district)
    side = round(math.sqrt(QUARTERS_EACH))
    apart = DISTRICT_M * 0.9 / side
    return x + (quarter % side - (side - 1) / 2) * apart, y + (quarter // side - (side - 1) / 2) * apart


def _districts(plane: Plane) -> dict[str, object]:
    features = []
    for district in range(DISTRICTS):
        middle_x, middle_y = _middle(district)
        ring = []
        for step in range(OUTLINE_POINTS):
            turn = 2 * math.pi * step / OUTLINE_POINTS
            stretch = DISTRICT_M / 2 / max(abs(math.cos(turn)), abs(math.sin(turn)))
            point = plane.to_point(middle_x + stretch * math.cos(turn), middle_y + stretch * math.sin(turn))
            ring.append([round(point.lon, 7), round(point.lat, 7)])
        about = {"name": f"{name(district)}구", "code": f"99{district:03}"}
        features.append(
            {"type": "Feature", "properties": about, "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}
        )
    return {"type": "FeatureCollection", "features": features}
