"""Turns, widths, names in two languages, node ids; and .osm says the same as .osm.pbf."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bongsu.core.errors import Invalid
from bongsu.imports.osm import read
from bongsu.imports.osm.tags import names, width_m
from fakes.osm_file import Sketch, a_sketch


def a_junction() -> tuple[Sketch, dict[str, int]]:
    """Three roads that meet at one node, and a link that leads on."""
    sketch = Sketch()
    nodes = [sketch.node(x, y) for x, y in ((0, 0), (1, 0), (2, 0), (1, 1), (1, 2))]
    ways = {
        "west": sketch.way_of([nodes[0], nodes[1]], highway="primary", width="12.5"),
        "east": sketch.way_of([nodes[1], nodes[2]], highway="primary"),
        "link": sketch.way_of([nodes[1], nodes[3]], highway="primary_link"),
        "north": sketch.way_of([nodes[3], nodes[4]], highway="secondary"),
    }
    return sketch, ways | {"junction": nodes[1]}


def test_a_turn_over_a_node_keeps_its_roads_and_exemptions(tmp_path: Path) -> None:
    sketch, at = a_junction()
    sketch.restriction(
        [("w", at["west"], "from"), ("n", at["junction"], "via"), ("w", at["link"], "to")],
        restriction="no_left_turn",
        **{"except": "bus; psv"},
    )
    ground, quality = read(sketch.write(tmp_path / "a.osm.pbf"))
    (rule,) = ground.turn_rules
    assert (rule.rule, rule.from_road, rule.via_node, rule.to_road, rule.exempt) == (
        "no_left_turn",
        at["west"],
        at["junction"],
        at["link"],
        ("bus", "psv"),
    )
    assert quality.rows == quality.imported == len(ground.roads) + 1


def test_a_turn_may_lead_over_a_way(tmp_path: Path) -> None:
    sketch, at = a_junction()
    sketch.restriction(
        [("w", at["west"], "from"), ("w", at["link"], "via"), ("w", at["north"], "to")], restriction="no_u_turn"
    )
    (rule,) = read(sketch.write(tmp_path / "a.osm.pbf"))[0].turn_rules
    assert (rule.via_node, rule.via_roads) == (None, (at["link"],))


def test_no_entry_from_two_roads_is_two_rules(tmp_path: Path) -> None:
    sketch, at = a_junction()
    froms = [("w", at["west"], "from"), ("w", at["east"], "from")]
    sketch.restriction([*froms, ("n", at["junction"], "via"), ("w", at["link"], "to")], restriction="no_entry")
    assert {rule.from_road for rule in read(sketch.write(tmp_path / "a.osm.pbf"))[0].turn_rules} == {
        at["west"],
        at["east"],
    }


def test_a_turn_that_holds_at_times_only_is_counted_and_not_taken(tmp_path: Path) -> None:
    sketch, at = a_junction()
    members = [("w", at["west"], "from"), ("n", at["junction"], "via"), ("w", at["link"], "to")]
    sketch.restriction(members, restriction__conditional="no_left_turn @ (Mo-Fr 07:00-09:00)")
    ground, quality = read(sketch.write(tmp_path / "a.osm.pbf"))
    assert ground.turn_rules == ()
    assert "turn rules at times or for some vehicles only, not taken 1" in quality.notes


@pytest.mark.parametrize("broken", ["no via", "unknown road", "does not meet", "unknown rule"])
def test_a_turn_that_does_not_hang_together_is_kept_out_by_name(broken: str, tmp_path: Path) -> None:
    sketch, at = a_junction()
    members = [("w", at["west"], "from"), ("n", at["junction"], "via"), ("w", at["link"], "to")]
    if broken == "no via":
        members.pop(1)
    if broken == "unknown road":
        members[0] = ("w", 999, "from")
    if broken == "does not meet":
        members[2] = ("w", at["north"], "to")
    number = sketch.restriction(members, restriction="no_left_turn" if broken != "unknown rule" else "no_swing")
    ground, quality = read(sketch.write(tmp_path / "a.osm.pbf"))
    assert ground.turn_rules == ()
    (row,) = quality.quarantined
    assert (row.reason, row.value.startswith(f"relation {number}")) == ("broken_turn", True)
    assert quality.rows == quality.imported + len(quality.quarantined)


def test_roads_keep_the_ids_of_their_nodes_one_for_each_point(tmp_path: Path) -> None:
    sketch, at = a_junction()
    roads = {road.id: road for road in read(sketch.write(tmp_path / "a.osm.pbf"))[0].roads}
    assert all(len(road.nodes) == len(road.line) for road in roads.values())
    assert roads[at["west"]].nodes[-1] == roads[at["east"]].nodes[0] == at["junction"]
    assert roads[at["west"]].width_m == 12.5


@pytest.mark.parametrize("tags, metres", [
    ({"width": "3.5"}, 3.5), ({"width": "3,5 m"}, 3.5), ({"width": "12'"}, 3.66), ({"est_width": "4"}, 4.0),
    ({"width": "narrow"}, None), ({"width": "0"}, None), ({"width": "900"}, None), ({}, None),
])  # fmt: skip
def test_widths_are_read_in_metres(tags: dict[str, str], metres: float | None) -> None:
    assert width_m(tags) == metres


@pytest.mark.parametrize("tags, both", [
    ({"name": "송파대로", "name:en": "Songpa-daero"}, ("송파대로", "Songpa-daero")),
    ({"name": "송파대로 Songpa-daero"}, ("송파대로", "Songpa-daero")),
    ({"name": "올림픽로35길 (Olympic-ro 35-gil)"}, ("올림픽로35길", "Olympic-ro 35-gil")),
    ({"name": "잠실역 Jamsil Station", "name:en": "Jamsil"}, ("잠실역", "Jamsil")),
    ({"name": "Olympic-ro", "name:ko": "올림픽로"}, ("올림픽로", "")),
    ({"name": "GS25 잠실점"}, ("GS25 잠실점", "")), ({}, ("", "")),
    ({"name": "롯데월드 ADVENTURE"}, ("롯데월드 ADVENTURE", "")),
])  # fmt: skip
def test_a_name_in_both_languages_is_parted(tags: dict[str, str], both: tuple[str, str]) -> None:
    assert names(tags) == both


def test_an_overpass_export_says_the_same_as_the_pbf(tmp_path: Path) -> None:
    sketch = a_sketch()
    sketch.way([(20, 20), (21, 20)], highway="residential", name='a & b <c> "d"')
    ground, quality = read(sketch.write(tmp_path / "a.osm.pbf"))
    same, told = read(sketch.write_xml(tmp_path / "a.osm"))
    assert same == ground
    assert (told.format, told.rows, told.imported) == ("osm.xml", quality.rows, quality.imported)


def test_nodes_that_an_export_left_out_are_taken_from_its_ways(tmp_path: Path) -> None:
    sketch = a_sketch()
    tagged = {node.id for node in sketch.nodes if node.tags}
    bare = [node.id for node in sketch.nodes if node.id not in tagged]
    ground, _ = read(sketch.write(tmp_path / "a.osm.pbf"))
    assert read(sketch.write_xml(tmp_path / "a.osm", leave_out=bare))[0] == ground


BOMB = '<!DOCTYPE osm [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("text, code", [
    (f'<?xml version="1.0"?>{BOMB}<osm><node id="1" lat="&b;" lon="0"/></osm>', "osm.entities"),
    ("<gpx/>", "osm.not_osm"), ("<html><body>no", "osm.not_osm"), ("<osm/>", "osm.empty"), ("<osm>", "osm.broken_xml"),
    ('<osm><node id="x" lat="1" lon="1"/></osm>', "osm.broken_xml"),
    ('<osm><way id="1"><nd/></way></osm>', "osm.broken_xml"),
    ("<osm>" * 40, "osm.broken_xml"), ('<osm><node id="1" lat="91000" lon="1"/></osm>', "osm.empty"),
])  # fmt: skip
def test_xml_that_is_no_map_is_refused(text: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.osm"
    path.write_text(text, "utf-8")
    with pytest.raises(Invalid) as refused:
        read(path)
    assert refused.value.code == code


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 0.999), junk=st.binary(min_size=1, max_size=12), cut=st.booleans())
def test_a_damaged_xml_file_is_read_or_refused(at: float, junk: bytes, cut: bool, tmp_path: Path) -> None:
    whole = tmp_path / "whole.osm"
    data = whole.read_bytes() if whole.exists() else a_sketch().write_xml(whole).read_bytes()
    start = int(at * len(data))
    path = tmp_path / "damaged.osm"
    path.write_bytes(data[:start] + (b"" if cut else junk + data[start + len(junk) :]))
    try:
        _, quality = read(path)
    except Invalid as problem:
        if not problem.code.startswith("osm."):
            raise
        return
    assert quality.rows == quality.imported + len(quality.quarantined)
