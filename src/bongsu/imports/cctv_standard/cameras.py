"""One camera record per row of the register."""

from __future__ import annotations

import re

from bongsu.core.asset import Camera
from bongsu.imports.cctv_standard.facing import Facing, facing
from bongsu.imports.cctv_standard.purposes import purposes_of
from bongsu.imports.cctv_standard.values import picture_width
from bongsu.imports.table.addresses import Cells, address_of, district_of
from bongsu.imports.table.register import Taken
from bongsu.imports.table.values import number, whole

MAX_COUNT = 999


def camera_of(taken: Taken, *, bare_bearings: bool) -> Camera:
    """The camera a row describes; a cell that does not say something leaves it unknown."""
    cells = taken.cells
    looks = _looks(cells, bare_bearings)
    address = address_of(cells)
    return Camera(
        id=taken.id,
        name=cells.get("name") or _short(address) or taken.id,
        where=taken.where,
        count=whole(cells.get("count", ""), 1, MAX_COUNT) or 1,
        heading_deg=looks.heading_deg,
        hfov_deg=looks.hfov_deg,
        width_px=picture_width(cells.get("pixels", "")),
        height_m=_within(cells.get("height", ""), 0.5, 200),
        purpose=cells.get("purpose", ""),
        purposes=purposes_of(cells.get("purpose", "")),
        address=address,
        owner=cells.get("owner", ""),
        owner_phone=cells.get("phone", ""),
        installed=cells.get("installed", ""),
        retention_days=whole(cells.get("retention", ""), 1, 3660),
        district=district_of(cells),
        stream=cells.get("stream", ""),
        onvif=cells.get("onvif", ""),
        substream=cells.get("substream", ""),
    )


def _short(address: str) -> str:
    return re.sub(r"^(?:[가-힣]{1,7}(?:특별시|광역시|자치시|자치도|시|도|군|구)\s+)+", "", address)


def _looks(cells: Cells, bare_bearings: bool) -> Facing:
    said = facing(cells.get("facing", ""), bare_degrees_are_bearings=bare_bearings)
    heading = number(cells.get("heading", ""))
    hfov = _within(cells.get("hfov", ""), 0.1, 360)
    return Facing(
        said.heading_deg if heading is None else heading % 360,
        said.hfov_deg if hfov is None else hfov,
    )


def _within(text: str, least: float, most: float) -> float | None:
    value = number(text)
    return value if value is not None and least <= value <= most else None
