"""Small shapefiles written to disk for a test: polygons in metres, a table in cp949, a .prj."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

Ring = Sequence[tuple[float, float]]

PRJ_5186 = (
    'PROJCS["Korea 2000 / Central Belt 2010",GEOGCS["Korea 2000",DATUM["Geocentric_datum_of_Korea",'
    'SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",38],PARAMETER["central_meridian",127],'
    'PARAMETER["scale_factor",1],PARAMETER["false_easting",200000],PARAMETER["false_northing",600000],UNIT["metre",1]]'
)


def write_shapefile(
    path: Path, shapes: Sequence[Sequence[Ring]], rows: Sequence[Mapping[str, str]], prj: str = PRJ_5186
) -> Path:
    """Write .shp, .dbf and .prj; outer rings clockwise, holes against it, as the format asks."""
    records = b"".join(_record(number, rings) for number, rings in enumerate(shapes, start=1))
    header = struct.pack(">i5ii", 9994, 0, 0, 0, 0, 0, (100 + len(records)) // 2) + struct.pack(
        "<ii8d", 1000, 5, *[0.0] * 8
    )
    path.write_bytes(header + records)
    path.with_suffix(".dbf").write_bytes(_table(rows))
    path.with_suffix(".prj").write_text(prj, "utf-8")
    return path


def _record(number: int, rings: Sequence[Ring]) -> bytes:
    points = [point for ring in rings for point in ring]
    starts = [sum(len(ring) for ring in rings[:at]) for at in range(len(rings))]
    body = struct.pack("<i4dii", 5, *[0.0] * 4, len(rings), len(points))
    body += struct.pack(f"<{len(starts)}i", *starts)
    body += b"".join(struct.pack("<2d", *point) for point in points)
    return struct.pack(">ii", number, len(body) // 2) + body


def _table(rows: Sequence[Mapping[str, str]]) -> bytes:
    names = list(rows[0])
    fields = b"".join(name.encode().ljust(11, b"\0") + b"C" + bytes(4) + bytes([40]) + bytes(15) for name in names)
    width, header = 1 + 40 * len(names), 32 + len(fields) + 1
    body = b"".join(b" " + b"".join(row[name].encode("cp949").ljust(40) for name in names) for row in rows)
    return (
        b"\x03\x7e\x01\x01"
        + struct.pack("<IHH", len(rows), header, width)
        + bytes(20)
        + fields
        + b"\r"
        + body
        + b"\x1a"
    )
