"""One camera record per row of the register, under an id that stays the same at every import."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bongsu.core.asset import Camera
from bongsu.core.geo import Point
from bongsu.imports.cctv_standard.facing import Facing, facing
from bongsu.imports.cctv_standard.forms import ANONYMOUS
from bongsu.imports.cctv_standard.values import number, picture_width, whole

Cells = Mapping[str, str]
"""One row: field → cell, stripped."""

MAX_COUNT = 999


def address_of(cells: Cells) -> str:
    """The road address, else the lot address, else the place's name."""
    return cells.get("road") or cells.get("lot") or cells.get("name", "")


def quarter_of(cells: Cells) -> str:
    """The neighbourhood (읍·면·동·리·가) a row says it is in, "" when it names none."""
    for text in (cells.get("lot", ""), cells.get("road", ""), cells.get("district", ""), cells.get("name", "")):
        if found := re.search(r"(?:^|[\s(])([가-힣]{1,6}\d{0,2}(?:읍|면|동|가|리))(?=[\s),\d]|$)", text):
            return str(found[1])
    return ""


def district_of(cells: Cells) -> str:
    """The district column, else the first 구 or 군 of the address, else its 시."""
    if cells.get("district"):
        return cells["district"]
    words = re.findall(r"\S+", address_of(cells))[:4]
    near = [word for word in words if re.fullmatch(r"[가-힣]{1,5}[구군]", word)]
    far = [word for word in words if re.fullmatch(r"[가-힣]{2,5}시", word) and not word.endswith(("특별시", "광역시"))]
    found = near or far
    return str(found[0]) if found else ""


def give_ids(rows: Sequence[Cells]) -> list[str]:
    """An id for each row: 관리번호 where it is the file's only one, else from the row's content.

    A row without 관리번호 gets "h-" + hash, equal rows "-2", "-3" … in file order; rows that share a 관리번호
    get it with their hash behind. So the ids depend on the rows, not on their order.
    """
    used = Counter(cells.get("id", "") for cells in rows)
    names = [_name(cells, used) for cells in rows]
    seen: Counter[str] = Counter()
    ids = []
    for name in names:
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return ids


def camera_of(cells: Cells, camera_id: str, where: Point, *, bare_bearings: bool) -> Camera:
    """The camera a row describes; a cell that does not say something leaves it unknown."""
    looks = _looks(cells, bare_bearings)
    address = address_of(cells)
    return Camera(
        id=camera_id,
        name=cells.get("name") or _short(address) or camera_id,
        where=where,
        count=whole(cells.get("count", ""), 1, MAX_COUNT) or 1,
        heading_deg=looks.heading_deg,
        hfov_deg=looks.hfov_deg,
        width_px=picture_width(cells.get("pixels", "")),
        height_m=_within(cells.get("height", ""), 0.5, 200),
        purpose=cells.get("purpose", ""),
        address=address,
        owner=cells.get("owner", ""),
        owner_phone=cells.get("phone", ""),
        installed=cells.get("installed", ""),
        retention_days=whole(cells.get("retention", ""), 1, 3660),
        district=district_of(cells),
        stream=cells.get("stream", ""),
    )


def _name(cells: Cells, used: Counter[str]) -> str:
    own = cells.get("id", "")
    if own and used[own] == 1:
        return own
    content = "\x1f".join(f"{field}={cells[field]}" for field in sorted(cells) if field not in ANONYMOUS)
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{own}.{digest[:8]}" if own else f"h-{digest}"


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
