"""Mapping records outward: what they may say, and that they rename and convert without losing or adding a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from bongsu.core.asset import Camera, Purpose, Unit, UnitKind
from bongsu.core.device import Device, DeviceKind
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.core.revision import Zone
from bongsu.core.units import converted
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.wires.ngsi_ld import models
from bongsu.wires.ngsi_ld.context import CORE_CONTEXT
from bongsu.wires.ngsi_ld.outward import (
    ATTRIBUTES,
    UNITS,
    AttributeShape,
    EntityShape,
    outward_of,
    shape_of,
)
from fakes.desk import NOON, FlatCity, a_report

HERE = Point(127.1, 37.5)
CAMERA = Camera(
    id="C1", name="정문", where=HERE, count=2, heading_deg=90.0, hfov_deg=60.0, purposes=(Purpose.CRIME,)
)  # fmt: skip
EVERY = {
    "Camera": models.camera_entity(CAMERA),
    "Device": models.device_entity(
        Device(id="B1", kind=DeviceKind.BIN, observes=("fill",), where=HERE, name="시장 앞")
    ),
    "Vehicle": models.unit_entity(Unit(id="U1", name="순찰 1", kind=UnitKind.PATROL), HERE),
    "Zone": models.zone_entity("z", Zone(name="시장", name_en="Market", purpose="crime", ring=((127.1, 37.5),) * 4)),
    "Alert": models.incident_entity(
        hear(Board(), replace(a_report(), where=HERE), FlatCity(), NOON).changes[0].incident, 0.001
    ),
}


@some.composite
def records(draw):
    """A sound record of any kind: every attribute in its own new name or none, in a unit where it has one."""
    kind = draw(some.sampled_from(sorted(ATTRIBUTES)))
    attributes = []
    for number, of in enumerate(ATTRIBUTES[kind]):
        name = f"hub{draw(some.integers(0, 99))}_{number}" if of != "location" and draw(some.booleans()) else ""
        unit = draw(some.sampled_from(("", "DD", "C81"))) if of in UNITS else ""
        attributes.append(AttributeShape(of=of, name=name, unit=unit))
    return EntityShape(kind=kind, type=draw(some.sampled_from(("", "HubThing"))), attribute=tuple(attributes))


@given(records())
def test_what_a_record_renames_and_converts_comes_back_as_it_was(record):
    ours = EVERY[record.kind]
    told = shape_of(record)(ours)
    assert told.id == ours.id
    assert told.types == (CORE_CONTEXT.expand(record.type or record.kind),)
    assert len(told.attributes) == len(ours.attributes)
    for term in record.attribute:
        (before,) = ours.attributes[CORE_CONTEXT.expand(term.of)]
        (after,) = told.attributes[CORE_CONTEXT.expand(term.name or term.of)]
        assert after.kind == before.kind
        assert after.unit == term.unit
        back = converted(after.value, term.unit, UNITS[term.of]) if term.unit else after.value
        assert back == (pytest.approx(before.value) if term.unit else before.value)


@given(records(), some.sets(some.integers(0, 7)))
def test_a_record_tells_nothing_that_was_not_told_before_it(record, hidden):
    terms = tuple(replace(one, shown=number not in hidden) for number, one in enumerate(record.attribute))
    told = shape_of(replace(record, attribute=terms))(EVERY[record.kind])
    shown = {CORE_CONTEXT.expand(one.name or one.of) for one in terms if one.shown}
    assert set(told.attributes) == shown


def test_every_attribute_we_tell_can_be_named_in_a_record_and_no_other():
    assert set(EVERY) == set(ATTRIBUTES) == set(models.KINDS)
    for kind, entity in EVERY.items():
        assert set(entity.attributes) == set(map(CORE_CONTEXT.expand, ATTRIBUTES[kind]))


def test_a_heading_is_told_in_radians_where_the_hub_wants_them():
    text = '[[entity]]\nkind = "Camera"\nattribute = [{of = "cameraOrientation", name = "bearing", unit = "C81"}]\n'
    (record,) = outward_of(text, "outward.toml")
    (told,) = shape_of(record)(EVERY["Camera"]).attributes[CORE_CONTEXT.expand("bearing")]
    assert (round(told.value, 6), told.unit) == (1.570796, "C81")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "Ward"', "kind Ward"),
        ('kind = "Zone"\n[[entity]]\nkind = "Zone"', "kind Zone"),
        ('kind = "Camera"\ntype = "Device"', "type Device"),
        ('kind = "Camera"\ntype = "location"', "type location"),
        ('kind = "Camera"\ntype = "a b"', "name"),
        ('kind = "Camera"\nattribute = [{of = "owner"}]', "attribute Camera.owner"),
        ('kind = "Camera"\nattribute = [{of = "cameraName"}, {of = "cameraName"}]', "attribute Camera.cameraName"),
        ('kind = "Camera"\nattribute = [{of = "cameraName", name = "location"}]', "name location"),
        ('kind = "Camera"\nattribute = [{of = "cameraName", name = "id"}]', "name id"),
        ('kind = "Camera"\nattribute = [{of = "location", name = "place"}]', "name place"),
        ('kind = "Camera"\nattribute = [{of = "cameraName", name = "cameraNum"}]', "of one name"),
        ('kind = "Camera"\nattribute = [{of = "cameraOrientation", unit = "CEL"}]', "unit CEL"),
        ('kind = "Camera"\nattribute = [{of = "cameraNum", unit = "DD"}]', "unit DD"),
        ('kind = "Camera"\nattributes = []', "attributes"),
        ("kind = ", "Invalid value"),
    ],
)
def test_a_record_that_makes_no_sense_is_refused_and_its_word_named(text, said):
    with pytest.raises(Invalid, match=r"settings\.wrong") as caught:
        outward_of(f"[[entity]]\n{text}\n", "outward.toml")
    assert said in str(caught.value.facts["detail"])


def test_two_kinds_may_change_their_types_for_each_other():
    swapped = '[[entity]]\nkind = "Camera"\ntype = "Device"\n[[entity]]\nkind = "Device"\ntype = "Sensor"\n'
    assert len(outward_of(swapped, "outward.toml")) == 2
