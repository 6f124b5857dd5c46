"""The report's map as SVG: what was taken, repaired and kept out, over the city's districts or roads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from bongsu.core.asset import Boundary, Ground, Line
from bongsu.core.geo import Point
from bongsu.core.quality import Quality, Quarantined
from bongsu.imports.quality.frame import HEIGHT, WIDTH, Frame, frame_of, frame_with, lonlat_of
from bongsu.imports.quality.marks import mark_of

EDGE = 14.0
DRAWN_AT_MOST = 6000
"""Marks with a text of their own; a picture with more is none."""
MAIN_ROADS = frozenset(("motorway", "trunk", "primary", "secondary", "tertiary"))

Px = NDArray[np.float64]


def picture(quality: Quality, taken: Sequence[Point], outline: Sequence[Boundary], ground: Ground) -> str:
    """The map; "" when there is nothing with a place."""
    placed = lonlat_of(taken)
    rings = [ring for boundary in outline for rings in boundary.polygons for ring in rings]
    frame = frame_of(placed if len(placed) else _points(rings) if rings else _points(_roads(ground)))
    if frame is None:
        return ""
    frame = frame_with(frame, _points(rings)) if rings else frame
    parts = [
        f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-labelledby="map-title">',
        '<clipPath id="frame"><rect width="100%" height="100%"/></clipPath><g clip-path="url(#frame)">',
        _lines(frame, rings, "district"),
        _lines(frame, _roads(ground), "road"),
        _dots(frame, placed),
        *_repairs(frame, quality),
        *_kept_out(frame, quality.quarantined),
        "</g>",
        _bar(frame),
        "</svg>",
    ]
    return "".join(parts)


def _roads(ground: Ground) -> list[Line]:
    return [road.line for road in ground.roads if road.road_class in MAIN_ROADS and len(road.line) > 1]


def _points(lines: Sequence[Line]) -> Px:
    return np.array([point for line in lines for point in line], dtype=np.float64).reshape(-1, 2)


def _lines(frame: Frame, lines: Sequence[Line], name: str) -> str:
    drawn = "".join(_path(frame.to_px(np.array(line))) for line in lines)
    return f'<path class="{name}" d="{drawn}"/>' if drawn else ""


def _path(px: Px) -> str:
    """A line with points less than a pixel apart left out."""
    whole = np.rint(px * 2) / 2
    keep = np.ones(len(whole), dtype=bool)
    keep[1:-1] = (np.abs(np.diff(whole[:-1], axis=0)) > 0.5).any(axis=1)
    if not _is_near(whole):
        return ""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in whole[keep].tolist())


def _is_near(px: Px) -> bool:
    low, high = px.min(axis=0), px.max(axis=0)
    return bool(high[0] >= 0 and high[1] >= 0 and low[0] <= WIDTH and low[1] <= HEIGHT)


def _dots(frame: Frame, placed: Px) -> str:
    """Every taken place as a dot; those on the same half pixel once."""
    px = np.unique(np.rint(frame.to_px(placed) * 2) / 2, axis=0)
    return f'<path class="taken" d="{"".join(f"M{x:g} {y:g}h0" for x, y in px.tolist())}"/>' if len(px) else ""


def _repairs(frame: Frame, quality: Quality) -> Iterator[str]:
    """A repaired place with an arrow onto it and what it said before and after."""
    shown = [repair for repair in quality.repairs if repair.where is not None][:DRAWN_AT_MOST]
    px = frame.to_px(lonlat_of([repair.where for repair in shown if repair.where is not None]))
    for repair, (x, y) in zip(shown, px.tolist(), strict=True):
        said = escape(f"{repair.row}: {repair.before} → {repair.after}")
        yield (
            f'<g class="repaired"><path d="M{x - 13:.1f} {y - 13:.1f}L{x - 4:.1f} {y - 4:.1f}'
            f'm-5 1l5 -1l1 -5"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3"/><title>{said}</title></g>'
        )


def _kept_out(frame: Frame, rows: Iterable[Quarantined]) -> Iterator[str]:
    """A row kept out where it claims to stand; one beyond the frame at the edge, pointing there."""
    shown = [row for row in rows if row.where is not None][:DRAWN_AT_MOST]
    px = frame.to_px(lonlat_of([row.where for row in shown if row.where is not None]))
    held = np.clip(px, (EDGE, EDGE), (WIDTH - EDGE, HEIGHT - EDGE))
    seen: set[tuple[str, float, float]] = set()
    for row, (x, y), (true_x, true_y) in zip(shown, held.round(1).tolist(), px.tolist(), strict=True):
        said = f"<title>{escape(f'{row.row}: {row.value}')}</title>"
        if (row.reason, x, y) in seen:
            continue
        seen.add((row.reason, x, y))
        shape = mark_of(row.reason).shape if (x, y) == (round(true_x, 1), round(true_y, 1)) else "arrow"
        turn = f" rotate({np.degrees(np.arctan2(true_y - y, true_x - x)):.0f})" if shape == "arrow" else ""
        kind = mark_of(row.reason).kind
        yield f'<use class="{kind}" href="#{shape}" transform="translate({x:g} {y:g}){turn}"></use>{_at(x, y, said)}'


def _at(x: float, y: float, said: str) -> str:
    """A wider, unseen target for the pointer, with the words."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="7" fill="transparent">{said}</circle>'


def _bar(frame: Frame) -> str:
    metres, px = frame.bar()
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    y = HEIGHT - 18
    return (
        f'<g class="bar"><path d="M{WIDTH - 24 - px:.1f} {y - 5}v5h{px:.1f}v-5"/>'
        f'<text x="{WIDTH - 24 - px / 2:.1f}" y="{y - 9}">{text}</text>'
        f'<text x="{WIDTH - 24:.1f}" y="34" class="north">▲ N</text></g>'
    )
