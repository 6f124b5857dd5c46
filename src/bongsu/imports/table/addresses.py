"""What a row's address says about where it must be: its road, its neighbourhood, its district."""

from __future__ import annotations

import re
from collections.abc import Mapping

Cells = Mapping[str, str]
"""One row: field → cell, stripped."""

QUARTER = re.compile(r"(?:^|[\s(])([가-힣]{1,6}\d{0,2}(?:읍|면|동|가|리))(?=[\s),\d]|$)")
LOT = re.compile(r"[가-힣]\d*(?:동|읍|면|리|가)\s*(?:산\s*)?\d")
NEAR, FAR = re.compile(r"[가-힣]{1,5}[구군]"), re.compile(r"[가-힣]{2,5}시")
ROAD = re.compile(r"(?:^|\s)([가-힣]{1,8}\d{0,4}[가-힣]?(?:대로|로))(?=\s|\d|번|$)")


def address_of(cells: Cells) -> str:
    """The road address, else the lot address, else the place's name."""
    return cells.get("road") or cells.get("lot") or cells.get("name", "")


def lot_or_road_of(cells: Cells) -> str:
    """The road or lot address, also where the place's name is one ("상봉동 420"); "" when no address is given."""
    name = cells.get("name", "")
    return cells.get("road") or cells.get("lot") or (name if LOT.search(name) else "")


def quarter_of(cells: Cells) -> str:
    """The neighbourhood (읍·면·동·리·가) a row says it is in, "" when it names none."""
    if cells.get("quarter"):
        return cells["quarter"]
    for text in (cells.get("lot", ""), cells.get("road", ""), cells.get("district", ""), cells.get("name", "")):
        if found := QUARTER.search(text):
            return str(found[1])
    return ""


def road_of(cells: Cells) -> str:
    """The road (…로, …대로) a row's road address names, "" when it names none."""
    found = ROAD.search(cells.get("road", ""))
    return str(found[1]) if found else ""


def district_of(cells: Cells) -> str:
    """The district column, else the first 구 or 군 of the address, else its 시, else the neighbourhood's column."""
    if cells.get("district"):
        return cells["district"]
    words = address_of(cells).split(maxsplit=4)[:4]
    near = [word for word in words if NEAR.fullmatch(word)]
    far = [word for word in words if FAR.fullmatch(word) and not word.endswith(("특별시", "광역시"))]
    found = near or far
    return str(found[0]) if found else cells.get("quarter", "")
