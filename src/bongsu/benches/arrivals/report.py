"""The report of the arrivals bench: one HTML file with its plots drawn as SVG, nothing loaded from elsewhere."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bongsu.benches.arrivals.rows import Row
from bongsu.benches.arrivals.scores import LEAST, WITHIN_S

WIDE, HIGH, LEFT, FOOT = 640, 260, 150, 30
LONGEST_S = 900.0
COLOURS = ("#666", "#1f77b4", "#2ca02c", "#d62728", "#9467bd")
STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse}td,th{padding:.25rem .7rem;border-bottom:1px solid #ddd;text-align:right}
td:first-child,th:first-child{text-align:left}svg text{font:12px system-ui,sans-serif}.warn{color:#a00}"""


def write_report(
    path: Path, figures: Mapping[str, Any], base: Sequence[Row], rows: Mapping[str, Sequence[Row]]
) -> Path:  # fmt: skip
    """Write it and say where."""
    arms = {"baseline": figures["baseline"], **figures["arms"]}
    broken, city, (first, count) = figures["broken_off"], html.escape(figures["city"]), figures["seeds"]
    parts = [
        f"<!doctype html><meta charset=utf-8><title>Arrivals: {city}</title><style>{STYLE}</style>",
        f"<h1>Arrivals in {city} · 출동 도착</h1>",
        f"<p>{count} evenings from seed {first}; the same calls, cars and closures in each arm.</p>",
        f"<p class=warn>Arms not run: {', '.join(figures['missing'])}</p>" if figures["missing"] else "",
        f"<p class=warn>In no figure, for SUMO broke off: {', '.join(map(str, broken))}</p>" if broken else "",
        "" if figures["calibrated"] else "<p class=warn>This city is not calibrated: read no share as a promise.</p>",
        _table(arms),
        "<h2>Share within seven minutes, 95 % · 7분 이내 도착률</h2>",
        shares_plot(arms),
        "<h2>How soon · 도착까지 걸린 시간</h2>",
        times_plot({"baseline": base, **rows}),
        "<h2>What limits it</h2><pre>" + html.escape(json.dumps(figures["limits"], indent=2)) + "</pre>",
    ]
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _table(arms: Mapping[str, Mapping[str, Any]]) -> str:
    columns = ("share", "ci", "gain", "gain_ci", "p50_s", "p90_s", "unfinished", "calls", "cross_delay_s", "teleports")
    head = "".join(f"<th>{name}</th>" for name in ("arm", *columns))
    lines = [
        f"<tr><td>{html.escape(arm)}</td>" + "".join(f"<td>{_told(one[name])}</td>" for name in columns) + "</tr>"
        for arm, one in arms.items()
    ]
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"


def _told(value: Any) -> str:
    if isinstance(value, list):
        return "–".join(f"{one:g}" for one in value)
    return "beyond the run" if value is None else f"{value:g}"


def shares_plot(arms: Mapping[str, Mapping[str, Any]]) -> str:
    """A bar an arm with its interval, and the line to be reached."""
    step = 34
    high = step * len(arms) + FOOT
    drawn = [_axis(high, [(_x(part), f"{part:.0%}") for part in (0, 0.2, 0.4, 0.6, 0.8, 1.0)])]
    for row, (arm, one) in enumerate(arms.items()):
        y, (low, up) = row * step + 8, one["ci"]
        middle = y + 9
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{html.escape(arm)}</text>')
        drawn.append(
            f'<rect x="{LEFT}" y="{y}" width="{_x(one["share"]) - LEFT:.1f}" height="18" fill="{_colour(row)}"/>'
        )
        drawn.append(f'<path d="M{_x(low):.1f} {middle}H{_x(up):.1f}" stroke="#000" stroke-width="2"/>')
    drawn.append(f'<path d="M{_x(LEAST):.1f} 0V{high - FOOT}" stroke="#a00" stroke-dasharray="4 3"/>')
    return _svg(high, drawn)


def times_plot(rows: Mapping[str, Sequence[Row]]) -> str:
    """Of all calls the part that is reached after so long, a line an arm."""
    ticks = [(_x(at / LONGEST_S), f"{at / 60:g} min") for at in range(0, int(LONGEST_S) + 1, 180)]
    drawn = [_axis(HIGH, ticks)]
    for number, (arm, own) in enumerate(rows.items()):
        every = [one for row in own for one in row.there_s]
        times = sorted(one for one in every if one is not None and one <= LONGEST_S)
        corners = [f"{_x(0):.1f},{_y(0):.1f}"]
        for count, at in enumerate(times, start=1):
            corners += [
                f"{_x(at / LONGEST_S):.1f},{_y(part):.1f}" for part in ((count - 1) / len(every), count / len(every))
            ]
        drawn.append(
            f'<polyline points="{" ".join(corners)}" fill="none" stroke="{_colour(number)}" stroke-width="2"/>'
        )
        drawn.append(f'<text x="8" y="{20 + 16 * number}" fill="{_colour(number)}">{html.escape(arm)}</text>')
    drawn.append(f'<path d="M{_x(WITHIN_S / LONGEST_S):.1f} 0V{HIGH - FOOT}" stroke="#a00" stroke-dasharray="4 3"/>')
    return _svg(HIGH, drawn)


def _axis(high: int, ticks: Sequence[tuple[float, str]]) -> str:
    marks = "".join(f'<text x="{x:.1f}" y="{high - 10}" text-anchor="middle">{text}</text>' for x, text in ticks)
    lines = "".join(f'<path d="M{x:.1f} 0V{high - FOOT}" stroke="#eee"/>' for x, _ in ticks)
    return lines + marks


def _svg(high: int, drawn: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDE} {high}" width="{WIDE}" role="img">{"".join(drawn)}</svg>'


def _x(part: float) -> float:
    return LEFT + part * (WIDE - LEFT - 30)


def _y(part: float) -> float:
    return (HIGH - FOOT) * (1 - part)


def _colour(row: int) -> str:
    return COLOURS[row % len(COLOURS)]
