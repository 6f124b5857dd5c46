"""A camera register of a city that does not exist, with faults of known kinds put in known rows."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bongsu.imports.cctv_standard.forms import STANDARD_18

_HEADER = (
    "개방자치단체코드,관리번호,관리기관명,소재지도로명주소,소재지지번주소,설치목적구분,카메라대수,카메라화소수,"
    "촬영방면정보,보관일수,설치연월,관리기관전화번호,WGS84위도,WGS84경도,데이터기준일자,데이터갱신구분,데이터갱신시점,최종수정시점"
)
HEADER = _HEADER.split(",")
LAT, LON = STANDARD_18.index("lat"), STANDARD_18.index("lon")
Row = list[str]


@dataclass
class Register:
    """Lines of a register and the truth about each data row: "good", "swapped" or the reason it must be kept out."""

    lines: list[str] = field(default_factory=list)
    truth: list[str] = field(default_factory=list)

    def text(self) -> str:
        return line_of(HEADER) + "\n" + "\n".join(self.lines) + "\n"

    def data(self, encoding: str = "cp949") -> bytes:
        return self.text().encode(encoding, "surrogateescape")

    def rows(self, truth: str) -> list[int]:
        return [at + 1 for at, said in enumerate(self.truth) if said == truth]


def line_of(cells: Row) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def a_row(number: int, lat: float, lon: float, quarter: str = "가람동", **changed: str) -> Row:
    """One row of the 18-column form."""
    cells = {
        "authority": "4990000",
        "id": f"2026499{number:06d}",
        "owner": "나래광역시 다온구청",
        "road": f"나래광역시 다온구 {quarter.rstrip('동면')}로{number % 97 + 1}길 {number % 311 + 1}",
        "lot": f"나래광역시 다온구 {quarter} {number % 800 + 1}-{number % 13 + 1}",
        "purpose": "생활방범",
        "count": str(number % 4 + 1),
        "pixels": "200",
        "facing": "",
        "retention": "30",
        "installed": "202003",
        "phone": "042-000-0000",
        "lat": f"{lat:.6f}",
        "lon": f"{lon:.6f}",
        "dated": "2026-05-20",
        "update_kind": "I",
        "updated": "2026-05-24 22:28:20",
        "modified": "2026-05-23 08:28:42",
    }
    return [(cells | changed)[name] for name in STANDARD_18]


def _move(row: Row, lat: str, lon: str) -> Row:
    return [*row[:LAT], lat, lon, *row[LON + 1 :]]


def _degree_off(row: Row, chance: random.Random) -> str:
    return line_of(_move(row, f"{float(row[LAT]) + chance.choice((-1, 1)):.6f}", row[LON]))


def _in_busan(row: Row, chance: random.Random) -> str:
    return line_of(
        _move(row, f"{35.16 + chance.uniform(-0.05, 0.05):.6f}", f"{129.05 + chance.uniform(-0.05, 0.05):.6f}")
    )


Spoil = Callable[[Row, random.Random], str]
FAULTS: dict[str, tuple[str, Spoil]] = {
    "swapped": ("swapped", lambda row, _: line_of(_move(row, row[LON], row[LAT]))),
    "zero": ("impossible_coordinate", lambda row, _: line_of(_move(row, "0", "0"))),
    "same twice": ("impossible_coordinate", lambda row, _: line_of(_move(row, row[LAT], row[LAT]))),
    "no point": ("impossible_coordinate", lambda row, _: line_of(_move(row, row[LAT].replace(".", ""), row[LON]))),
    "minus": ("impossible_coordinate", lambda row, _: line_of(_move(row, "-" + row[LAT], row[LON]))),
    "hundreds": ("impossible_coordinate", lambda row, _: line_of(_move(row, row[LAT], "2" + row[LON][1:]))),
    "a degree off": ("far_outside", _degree_off),
    "another city": ("far_outside", _in_busan),
    "empty": ("no_coordinate", lambda row, _: line_of(_move(row, "", ""))),
    "word": ("unreadable_row", lambda row, _: line_of(_move(row, "미상", row[LON]))),
    "cut": ("unreadable_row", lambda row, _: line_of(row)[:60]),
    "extra comma": ("unreadable_row", lambda row, _: line_of(row).replace("다온구", "다온,구", 1)),
    "open quote": ("unreadable_row", lambda row, _: '"' + line_of(row)),
    "broken byte": ("unreadable_row", lambda row, _: line_of([*row[:8], "\udcff\udcfe", *row[9:]])),
}


def a_city_of(seed: int, rows: int = 2000, fault_share: float = 0.03, *, oldtown: bool = False) -> Register:
    """A city around a centre somewhere in Korea, its faults, a placeholder, a crowded pole and an island."""
    chance = random.Random(seed)
    centre = chance.uniform(35.2, 37.0), chance.uniform(126.8, 127.9)
    made = Register()
    faults = list(FAULTS)
    for number in range(rows):
        quarter = f"{chance.choice('가나다라마바사아자차')}람동"
        row = a_row(number, *_somewhere(chance, centre, oldtown), quarter)
        if chance.random() < fault_share:
            truth, spoil = FAULTS[faults[number % len(faults)]]
            made.lines.append(spoil(row, chance))
            made.truth.append(truth)
        else:
            made.lines.append(line_of(row))
            made.truth.append("good")
    _add_groups(made, rows, centre, chance)
    order = list(range(len(made.lines)))
    chance.shuffle(order)
    return Register([made.lines[at] for at in order], [made.truth[at] for at in order])


def _somewhere(chance: random.Random, centre: tuple[float, float], oldtown: bool) -> tuple[float, float]:
    """Even over 20 × 24 km, or three quarters in an old town of 4 km with villages around."""
    reach = 0.02 if oldtown and chance.random() < 0.75 else 0.11
    return centre[0] + chance.uniform(-reach, reach), centre[1] + chance.uniform(-reach, reach) * 1.2


def _add_groups(made: Register, number: int, centre: tuple[float, float], chance: random.Random) -> None:
    placeholder = round(centre[0], 1), round(centre[1], 1)
    for at in range(150):
        made.lines.append(line_of(a_row(number + at, *placeholder, f"{chance.choice('가나다라')}람동")))
        made.truth.append("shared_coordinate")
    pole = centre[0] + 0.0123, centre[1] - 0.0321
    for at in range(27):
        same = a_row(number + 200 + at, *pole, road="나래광역시 다온구 기둥로 1", lot="나래광역시 다온구 기둥동 1")
        made.lines.append(line_of(same))
        made.truth.append("good")
    for at in range(40):
        island = centre[0] + 0.3 + chance.uniform(0, 0.03), centre[1] - 1.2 + chance.uniform(0, 0.03)
        made.lines.append(line_of(a_row(number + 300 + at, *island, "먼섬면", facing='부두 앞\n(등대 "쪽")')))
        made.truth.append("good")
