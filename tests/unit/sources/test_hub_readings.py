"""What a city's hub measures becomes readings of registered devices, judged like any; what does not fit is kept out."""

from __future__ import annotations

from datetime import timedelta

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.errors import Invalid, Unavailable
from bongsu.core.observed import OBSERVED
from bongsu.core.units import converted
from bongsu.sources.ngsi_ld import Hub, HubTerms, read_hubs
from bongsu.sources.ngsi_ld.mapping import EventRule
from bongsu.sources.ngsi_ld.reading import ReadingRule, readings_of
from bongsu.telemetry.judge import Judge, Limits
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.profiles import PROFILES
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.told import Heard
from fakes.desk import NOON
from fakes.telemetry import a_device, a_register

AIR = "AirQualityObserved"
MEASURED = NOON - timedelta(minutes=3)
RULE = ReadingRule(type=AIR, id=f"urn:ngsi-ld:{AIR}:*", attribute="temp", device="AIR-{last}", property="temperature")
AT_MS = round(NOON.timestamp() * 1000)


def air(number="1", value=21.5, unit="CEL", **more):
    told = {"type": "Property", "value": value, "observedAt": MEASURED.isoformat()} | more
    return {
        "id": f"urn:ngsi-ld:{AIR}:{number}",
        "type": AIR,
        "temp": told | ({"unitCode": unit} if unit else {}),
    }


def one(entity, rule=RULE):
    (row,) = readings_of(entity, (rule,), NOON)
    return row


def judged(*entities, rules=(RULE,)):
    """Through the telemetry door: decoded by the hub's profile and judged by a register of one device of the hub's."""
    rows = [row for entity in entities for row in readings_of(entity, rules, NOON)]
    told = PROFILES["hub"](msgspec.json.encode(rows), "DHB", AT_MS)
    heard, latest = Heard(), Latest()
    heard.add("DHB", AT_MS, told)
    judge = Judge(a_register(a_device("AIR-1", "temperature", source="DHB")), latest, Limits())
    return judge.judge(heard, AT_MS), told


def test_an_attribute_becomes_a_reading_of_the_device_its_record_names_at_the_time_it_was_measured():
    seen, told = judged(air())
    assert seen.telemetry.results.result.tolist() == [21.5]
    assert seen.telemetry.results.time_ms.tolist() == [round(MEASURED.timestamp() * 1000)]
    assert told.faults == []


@pytest.mark.parametrize(("value", "unit", "ours"), [(70.7, "FAH", 21.5), (294.65, "KEL", 21.5), (21.5, "Cel", 21.5)])
def test_another_unit_is_brought_to_ours(value, unit, ours):
    seen, _ = judged(air(value=value, unit=unit))
    assert seen.telemetry.results.result.tolist() == pytest.approx([ours])


@pytest.mark.parametrize("unit", ["KWH", "CELSIUS", "", "\x00", 7])
def test_a_unit_that_is_none_of_the_propertys_is_quarantined(unit):
    seen, told = judged(air(unit=unit))
    assert len(seen.telemetry.results) == 0
    assert [(fault.reason, fault.device, fault.source) for fault in told.faults] == [("wrong_unit", "AIR-1", "DHB")]


def test_the_records_unit_holds_where_the_entity_says_none_and_no_longer_than_that():
    rule = msgspec.structs.replace(RULE, unit="FAH")
    assert one(air(unit=""), rule).unit == "FAH"
    assert one(air(unit="CEL"), rule).unit == "CEL"


def test_a_device_nobody_registered_is_quarantined():
    seen, _ = judged(air("2"), air("1"))
    assert seen.readings.tolist() == [Reason.UNKNOWN_DEVICE, Reason.TAKEN]


def test_a_hub_does_not_speak_for_the_devices_of_others():
    rows = list(readings_of(air(), (RULE,), NOON))
    heard = Heard()
    heard.add("DHB", AT_MS, PROFILES["hub"](msgspec.json.encode(rows), "DHB", AT_MS))
    judge = Judge(a_register(a_device("AIR-1", "temperature", source="GW-9")), Latest(), Limits())
    assert judge.judge(heard, AT_MS).readings.tolist() == [Reason.NOT_ITS_SOURCE]


@pytest.mark.parametrize("value", ["21.5", None, [21.5], {"a": 1}])
def test_a_value_that_is_no_number_is_quarantined(value):
    _, told = judged(air(value=value))
    assert [fault.reason for fault in told.faults] == ["not_a_number"]


def test_a_value_nothing_can_have_is_quarantined_after_its_unit_was_heeded():
    seen, _ = judged(air(value=5000.0, unit="FAH"))
    assert seen.readings.tolist() == [Reason.OUT_OF_RANGE]


def test_entities_of_another_type_or_id_and_those_without_the_attribute_say_nothing():
    other = air() | {"type": "Weather"}
    strange = air() | {"id": "urn:other:1"}
    bare = {name: value for name, value in air().items() if name != "temp"}
    assert [row for entity in (other, strange, bare) for row in readings_of(entity, (RULE,), NOON)] == []


def test_when_it_was_measured_counts_before_when_it_was_last_changed_at_the_hub():
    entity = air(modifiedAt=(NOON - timedelta(minutes=1)).isoformat())
    assert one(entity).phenomenon_time_ms == round(MEASURED.timestamp() * 1000)


def test_a_time_without_an_offset_is_none_and_what_was_last_changed_counts_then():
    changed = NOON - timedelta(hours=1)
    entity = air(observedAt="2026-11-22T03:00:00", modifiedAt=changed.isoformat())
    assert one(entity).phenomenon_time_ms == round(changed.timestamp() * 1000)
    assert one(air(observedAt="yesterday")).phenomenon_time_ms == AT_MS


def test_of_several_instances_the_first_is_told_and_simplified_entities_need_the_records_unit():
    several = air() | {"temp": [air()["temp"], air(value=99.0)["temp"]]}
    assert (one(several).result, one(several).unit) == (21.5, "CEL")
    plain = one(air() | {"temp": 21.5}, msgspec.structs.replace(RULE, unit="CEL"))
    assert (plain.result, plain.unit) == (21.5, "CEL")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda leaves: st.lists(leaves, max_size=3) | st.dictionaries(st.sampled_from(["value", "unitCode", "x"]), leaves),
)


@given(JSON, JSON)
def test_whatever_a_hub_says_is_a_reading_or_a_fault_and_never_an_exception(value, attribute):
    judged(air(value=value), air() | {"temp": attribute})


@given(st.binary(max_size=60))
def test_any_bytes_are_read(body):
    told = PROFILES["hub"](body, "DHB", AT_MS)
    assert all(fault.source == "DHB" for fault in told.faults)


@given(st.floats(-1e6, 1e6), st.sampled_from([one.unit for one in OBSERVED.values()]))
def test_our_own_unit_changes_nothing(value, unit):
    assert converted(value, unit, unit) == value


@pytest.mark.parametrize(
    ("value", "said", "unit", "ours"),
    [(1.5, "MQH", "L/h", 1500), (36, "KMH", "m/s", 10), (40, "P1", "1", 0.4), (2, "KWT", "W", 2000),
     (1500, "LTR", "m3", 1.5), (500, "WHR", "kW.h", 0.5), (3.141592653589793, "C81", "deg", 180)],
)  # fmt: skip
def test_units_come_to_the_same_quantity(value, said, unit, ours):
    assert converted(value, said, unit) == pytest.approx(ours)


TERMS = HubTerms(
    partner="DHB", url="http://hub", reading=(RULE,), event=(EventRule(type="Alarm", kind="fire"),)
)  # fmt: skip


class Doors:
    """What the hub's listener hands on: reports, and messages of readings."""

    def __init__(self, *, away=False):
        self.reports, self.messages, self.away = [], [], away

    async def take(self, report):
        self.reports.append(report)
        return msgspec.defstruct("Ack", [("duplicate", bool)])(duplicate=False)

    async def publish(self, profile, source, body):
        if self.away:
            raise Unavailable("telemetry.away")
        self.messages.append((profile, source, msgspec.json.decode(body)))


def a_listener(doors, publish=None, terms=TERMS):
    client = httpx.AsyncClient(base_url="http://hub")
    return Hub(terms, doors.take, lambda: NOON, client, name="B1", notify_url="http://us", key="k", publish=publish)


async def test_readings_go_to_the_telemetry_door_and_only_events_become_reports():
    doors = Doors()
    await a_listener(doors, doors.publish).hear([air(), air("2"), {"id": "urn:a:1", "type": "Alarm"}])
    ((profile, source, rows),) = doors.messages
    assert (profile, source, [row["device"] for row in rows]) == ("hub", "DHB", ["AIR-1", "AIR-2"])
    assert [report.kind for report in doors.reports] == ["fire"]


async def test_many_readings_go_in_several_messages_and_none_is_left_out():
    doors = Doors()
    await a_listener(doors, doors.publish).hear([air(str(number)) for number in range(2500)])
    assert [len(rows) for _, _, rows in doors.messages] == [1000, 1000, 500]


@pytest.mark.parametrize("is_there", [True, False])
async def test_while_the_telemetry_process_is_away_nothing_is_acknowledged(is_there):
    doors = Doors(away=True)
    listener = a_listener(doors, doors.publish if is_there else None)
    with pytest.raises(Unavailable, match="telemetry.away"):
        await listener.hear([air(), {"id": "urn:a:1", "type": "Alarm"}])
    assert doors.reports == []


def test_both_kinds_of_types_are_asked_for_once_each():
    again = msgspec.structs.replace(TERMS, reading=(RULE, msgspec.structs.replace(RULE, attribute="no2")))
    assert again.types() == ["Alarm", AIR]


def test_a_mapping_record_is_read_from_the_file_and_one_of_no_property_of_ours_is_refused(tmp_path):
    path = tmp_path / "hubs.toml"
    hub = '[[hub]]\npartner = "DHB"\nurl = "http://hub"\n'
    record = hub + '[[hub.reading]]\ntype = "T"\nattribute = "a"\nproperty = "{}"\n'
    path.write_text(record.format("temperature"))
    (hub,) = read_hubs(path)
    assert (hub.reading[0].device, hub.reading[0].id, hub.event) == ("{last}", "*", ())
    path.write_text(record.format("temprature"))
    with pytest.raises(Invalid, match="settings.wrong"):
        read_hubs(path)
