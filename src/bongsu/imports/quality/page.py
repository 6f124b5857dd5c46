"""The report of an import as one page that needs nothing else: a map, what was repaired, what was kept out and why.

No script, no network, no fonts of its own, and a policy that forbids all of them: cells of a register are a stranger's
words. Both languages are in the page; a switch without a script shows one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from bongsu.core.asset import Boundary, Ground
from bongsu.core.geo import Point
from bongsu.core.quality import Quality, count_by_reason
from bongsu.core.words import LANGUAGES, say
from bongsu.imports.quality.marks import SHAPES, mark_of
from bongsu.imports.quality.picture import picture

LISTED_AT_MOST = 2000
"""Rows listed of each reason; the JSON report has all."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
NOTHING = Ground()


def page(
    quality: Quality, taken: Sequence[Point] = (), outline: Sequence[Boundary] = (), ground: Ground = NOTHING
) -> str:
    """The report as HTML: `taken` are the places of the imported rows, `outline` and `ground` what they lie on."""
    drawn = picture(quality, taken, outline, ground)
    style = files("bongsu.imports.quality").joinpath("page.css").read_text("utf-8")
    shapes = "".join(f'<path id="{name}" d="{d}"/>' for name, d in SHAPES.items())
    return "".join(
        (
            '<!doctype html><html lang="ko"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(quality.source)} · bongsu</title><style>{style}</style></head><body>",
            '<input type="radio" name="language" id="in-ko" checked><input type="radio" name="language" id="in-en">',
            f'<svg width="0" height="0" aria-hidden="true"><defs>{shapes}</defs></svg>',
            f"<header>{_head(quality)}</header><main>{_counts(quality)}",
            _section("map", f'<div class="map">{drawn}</div>{_legend(quality)}') if drawn else "",
            _section("kept_out", _kept_out(quality)) if quality.quarantined else "",
            _section("repaired", _repaired(quality)) if quality.repairs else "",
            _section("read_as", _columns(quality)) if quality.columns else "",
            _section("notes", _list(quality.notes)) if quality.notes else "",
            "</main></body></html>\n",
        )
    )


def _both(key: str, **facts: object) -> str:
    """The words in every language, one of them shown."""
    return "".join(f'<span lang="{tongue}">{escape(say(key, tongue, **facts))}</span>' for tongue in LANGUAGES)


def _section(name: str, inside: str) -> str:
    title = f' id="{name}-title"'
    return f'<section aria-labelledby="{name}-title"><h2{title}>{_both(f"quality.page.{name}")}</h2>{inside}</section>'


def _head(quality: Quality) -> str:
    switch = '<label for="in-ko">한국어</label><label for="in-en">English</label>'
    return (
        f'<div><p class="kind">{_both("quality.page.title")} · <code>{escape(quality.format)}</code></p>'
        f"<h1>{escape(quality.source)}</h1></div><nav>{switch}</nav>"
    )


def _counts(quality: Quality) -> str:
    figures = (
        ("rows", quality.rows, ""),
        ("imported", quality.imported, "taken"),
        ("repaired", len(quality.repairs), "repaired"),
        ("quarantined", len(quality.quarantined), "grave"),
    )
    cells = "".join(
        f'<div class="{kind}"><b>{count:,}</b>{_both(f"quality.{name}")}{_share(count, quality.rows)}</div>'
        for name, count, kind in figures
    )
    return f'<section class="counts">{cells}</section>{_scale(quality)}'


def _share(count: int, rows: int) -> str:
    return f"<i>{count / rows:.2%}</i>" if rows else ""


def _scale(quality: Quality) -> str:
    """The rows as one bar: taken as they were, repaired, kept out."""
    parts = (
        ("taken", quality.imported - len(quality.repairs)),
        ("repaired", len(quality.repairs)),
        ("grave", len(quality.quarantined)),
    )
    cells = "".join(f'<i class="{kind}" style="flex:{count}"></i>' for kind, count in parts if count > 0)
    return f'<div class="scale" aria-hidden="true">{cells}</div>'


def _legend(quality: Quality) -> str:
    off_map = sum(row.where is None for row in quality.quarantined)
    entries = [f'<li><svg><path class="taken big" d="M10 10h0"/></svg>{_both("quality.page.as_read")}</li>']
    if quality.repairs:
        mark = '<svg><g class="repaired"><circle cx="10" cy="10" r="3"/></g></svg>'
        entries.append(f"<li>{mark}{_both('quality.page.put_right')} <b>{len(quality.repairs):,}</b></li>")
    for reason, count in count_by_reason(quality).items():
        entries.append(f"<li>{_mark(reason)}{_both(f'quality.reason.{reason}')} <b>{count:,}</b></li>")
    if off_map:
        entries.append(f'<li class="quiet">{_both("quality.page.off_map", count=f"{off_map:,}")}</li>')
    return f'<ul class="legend">{"".join(entries)}</ul><p class="quiet">{_both("quality.page.edge")}</p>'


def _mark(reason: str) -> str:
    mark = mark_of(reason)
    return f'<svg><use class="{mark.kind}" href="#{mark.shape}" transform="translate(10 10)"/></svg>'


def _kept_out(quality: Quality) -> str:
    parts = []
    for reason, count in count_by_reason(quality).items():
        rows = [(f"{row.row:,}", escape(row.value)) for row in quality.quarantined if row.reason == reason]
        head = f"{_mark(reason)}{_both(f'quality.reason.{reason}')} <b>{count:,}</b>"
        parts.append(
            f"<details{' open' if count <= 20 else ''}><summary>{head}</summary>"
            f"<p>{_both(f'quality.why.{reason}')}</p>{_table(('row', 'value'), rows)}</details>"
        )
    return "".join(parts)


def _repaired(quality: Quality) -> str:
    parts = []
    for how, count in Counter(repair.how for repair in quality.repairs).most_common():
        rows = [
            (f"{repair.row:,}", escape(repair.before), '<span class="to">→</span>', escape(repair.after))
            for repair in quality.repairs
            if repair.how == how
        ]
        head = f'<svg><g class="repaired"><circle cx="10" cy="10" r="3"/></g></svg>{_both(f"quality.repair.{how}")}'
        parts.append(
            f"<details{' open' if count <= 20 else ''}><summary>{head} <b>{count:,}</b></summary>"
            f"{_table(('row', 'before', '', 'after'), rows)}</details>"
        )
    return "".join(parts)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are escaped already."""
    head = "".join(f"<th>{_both(f'quality.page.{name}') if name else ''}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[:LISTED_AT_MOST])
    left = len(rows) - LISTED_AT_MOST
    more = f'<p class="quiet">{_both("quality.page.more", count=f"{left:,}")}</p>' if left > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _columns(quality: Quality) -> str:
    rows = [
        (escape(column), '<span class="to">→</span>', f"<code>{escape(field)}</code>")
        for column, field in quality.columns.items()
    ]
    return _table(("column", "", "field"), rows)


def _list(notes: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in notes)}</ul>"
