"""The report reads the same for people and programs, on a terminal, as JSON and as a page with a map."""

import io
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bongsu.core.asset import Boundary, Ground, Road
from bongsu.core.geo import Point
from bongsu.core.quality import Quality, Quarantined, Repair
from bongsu.core.words import table as words
from bongsu.imports.quality import page, table, to_json
from bongsu.imports.table.judge import REASONS

RING = ((127.0, 36.0), (128.0, 36.0), (128.0, 37.0), (127.0, 37.0), (127.0, 36.0))
OUTLINE = (Boundary(code="1", name="가", polygons=((RING,),)),)
TAKEN = [Point(127.2 + n / 100, 36.2 + n / 100) for n in range(30)]


def a_quality(**changed: object) -> Quality:
    told: dict[str, object] = {
        "source": "cctv.csv",
        "format": "cctv/standard-18",
        "rows": 5,
        "imported": 3,
        "repairs": (
            Repair(row=1, how="swapped_lat_lon", before="127.3, 36.3", after="36.3, 127.3", where=Point(127.3, 36.3)),
        ),
        "quarantined": (
            Quarantined(row=4, reason="shared_coordinate", value="36.1, 127.1", where=Point(127.1, 36.1)),
            Quarantined(row=5, reason="far_outside", value="36.9, 129.9", where=Point(129.9, 36.9)),
        ),
        "columns": {"위도": "lat"},
        "cameras": 7,
    } | changed
    return Quality(**told)  # type: ignore[arg-type]  # a dict of any


def test_the_json_report_has_the_counts_that_add_up() -> None:
    report = to_json(a_quality())
    assert (report["rows"], report["imported"], report["repaired"]) == (5, 3, 1)
    assert report["quarantined"] == {"far_outside": 1, "shared_coordinate": 1}
    assert report["detail"] == {
        "repaired": [{"row": 1, "how": "swapped_lat_lon", "before": "127.3, 36.3", "after": "36.3, 127.3"}],
        "quarantined": [
            {"row": 4, "reason": "shared_coordinate", "value": "36.1, 127.1"},
            {"row": 5, "reason": "far_outside", "value": "36.9, 129.9"},
        ],
    }
    assert json.loads(json.dumps(report, ensure_ascii=False)) == report


@pytest.mark.parametrize(
    "language, word", [("ko", "수백 행이 함께 쓰는 좌표"), ("en", "latitude and longitude swapped back")]
)
def test_the_table_says_why_in_both_languages(language: str, word: str) -> None:
    out = io.StringIO()
    Console(file=out, width=160).print(table(a_quality(), language))
    assert word in out.getvalue()
    assert "36.1, 127.1" in out.getvalue()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_reason_and_repair_has_words(language: str) -> None:
    reasons = (*REASONS, "missing_nodes", "broken_ring", "no_surface")
    keys = {f"quality.{kind}.{reason}" for kind in ("reason", "why") for reason in reasons}
    keys |= {f"quality.repair.{how}" for how in ("swapped_lat_lon", "missing_nodes", "made_valid")}
    assert keys <= words(language).keys()


class Elements(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def elements_of(html: str) -> Elements:
    elements = Elements()
    elements.feed(html)
    return elements


def test_the_page_says_all_that_the_report_says_in_both_languages() -> None:
    found = elements_of(page(a_quality(), TAKEN, OUTLINE))
    for said in ("cctv.csv", "36.1, 127.1", "36.9, 129.9", "127.3, 36.3", "위도", "격리한 행", "Rows kept out"):
        assert said in found.text
    assert {attrs["lang"] for tag, attrs in found.tags if tag == "span" and "lang" in attrs} == {"ko", "en"}


def test_the_map_shows_each_state_by_shape_and_points_to_what_lies_beyond_it() -> None:
    html = page(a_quality(), TAKEN, OUTLINE)
    assert html.count('class="district"') == 1
    assert len(re.findall(r"M[\d.]+ [\d.]+h0", html.split('path class="taken"')[1])) >= len(TAKEN)
    used = re.findall(r'<use class="(\w+)" href="#(\w+)" transform="translate\((\S+) (\S+)\)', html)
    marks = {(kind, shape) for kind, shape, _, _ in used}
    assert {("warn", "triangle"), ("grave", "arrow")} <= marks, "129.9° E lies beyond the frame"


def test_the_roads_are_the_map_where_there_is_no_outline() -> None:
    road = Road(id=1, line=((127.2, 36.2), (127.5, 36.5)), road_class="primary")
    assert 'class="road"' in page(a_quality(), TAKEN, (), Ground(roads=(road,)))
    assert "<svg viewBox" not in page(a_quality(quarantined=(), repairs=()), ())


def test_the_page_needs_nothing_from_anywhere() -> None:
    found = elements_of(page(a_quality(), TAKEN, OUTLINE))
    assert {tag for tag, _ in found.tags} & {"script", "link", "img", "iframe", "object", "foreignobject"} == set()
    links = [value for _, attrs in found.tags for name, value in attrs.items() if name in ("href", "src", "action")]
    assert all(value is not None and value.startswith("#") for value in links)
    assert "url(" not in page(a_quality(), TAKEN, OUTLINE).replace('clip-path="url(#frame)"', "")


HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'</title></style>&lt;"


@given(st.text(max_size=30))
def test_hostile_cells_stay_text(more: str) -> None:
    cell = HOSTILE + more
    plain = elements_of(page(a_quality(), TAKEN, OUTLINE))
    quality = a_quality(
        source=cell,
        format=cell,
        columns={cell: cell},
        notes=(cell,),
        repairs=(Repair(row=1, how="made_valid", before=cell, after=cell, where=TAKEN[0]),),
        quarantined=(Quarantined(row=4, reason="far_outside", value=cell, where=TAKEN[1]),),
    )
    found = elements_of(page(quality, TAKEN, OUTLINE))
    assert {tag for tag, _ in found.tags} <= {tag for tag, _ in plain.tags} | {"ul", "li", "title"}
    assert not any(name.startswith("on") for _, attrs in found.tags for name in attrs)


def test_the_page_of_a_hundred_thousand_rows_stays_a_page() -> None:
    rows = tuple(
        Quarantined(row=n, reason="far_outside", value="1, 2", where=Point(127 + n / 1e5, 36)) for n in range(20_000)
    )
    html = page(a_quality(rows=120_000, imported=100_000, quarantined=rows), TAKEN * 1000)
    assert len(html) < 3_000_000
    assert "18,000" in html, "what is not listed is counted"
