"""Every way partners write an SCSNS message reads as the same event."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bongsu.core.clock import KST
from bongsu.core.errors import Invalid
from bongsu.core.report import Step
from bongsu.wires.scsns.envelope import FORM, JSON, read_envelope
from bongsu.wires.scsns.event import digest, message_key, name_case, read_event, split_case
from bongsu.wires.scsns.route import has_looped, read_route
from fakes.scsns import a_body, a_message, as_form, as_json

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> tuple[bytes, str]:
    return (GOLDEN / name).read_bytes().strip(), FORM if name.endswith(".form") else JSON


def read(raw: bytes, content_type: str):
    return read_event(read_envelope(raw, content_type).body)


def test_the_published_sample_is_read_whole():
    envelope = read_envelope(*golden("mojuc110.json"))
    event = read_event(envelope.body)
    assert (envelope.service, envelope.sender, envelope.system, envelope.session) == (
        "EVENT",
        "Siheung",
        "IPC",
        "rrKey",
    )
    assert envelope.requested_at == datetime(2021, 7, 1, 12, 0, 44, tzinfo=KST)
    assert envelope.route == ("1234", "5678", "9101112")
    assert (event.event_id, event.occurrence, event.step) == ("MOJUC110", "20210701111112", Step.OCCURRED)
    assert (event.lon, event.lat, event.place) == (126.16687, 35.9563, "공공 삼거리 인근")
    assert event.occurred_at == datetime(2021, 7, 1, 11, 11, 11, tzinfo=KST)
    assert (event.user_id, event.find("IMAGE_SEND_TY_CD"), event.detail) == ("user1", "FTP", "접근금지침입")


@pytest.mark.parametrize("name", ["mojuc110.form", "bridge_style.json"])
def test_form_and_bridge_style_say_the_same_as_the_sample(name):
    assert digest(read(*golden(name))) == digest(read(*golden("mojuc110.json")))


def test_a_retry_has_the_same_key_and_new_news_another():
    first = read_event(a_body())
    assert message_key("A", first) == message_key("A", read_event(a_body(startTag="$DA")))
    for change in ({"ocrSts": "40"}, {"ocrEvtCn": "두 명"}, {"ocrNbr": "2"}, {"evtId": "X"}):
        assert message_key("A", first) != message_key("A", read_event(a_body(**change)))
    assert message_key("A", first) != message_key("B", first)


def test_envelope_fields_stay_out_of_the_key():
    one = read(*as_json(a_message()))
    two = read(*as_form(a_message(reqDate="20261122120500", rrKey="x", apSeq={"apCurrent": "9"}, tranSysHis=[])))
    assert digest(one) == digest(two)


@pytest.mark.parametrize("encode", [as_json, as_form])
def test_korean_text_survives_both_encodings(encode):
    assert read(*encode(a_message())).content == "칼을 든 남자"


@pytest.mark.parametrize("charset", ["EUC-KR", '"cp949"'])
def test_korean_charsets_are_read_when_they_are_told(charset):
    raw = json.dumps(a_message(), ensure_ascii=False).encode("cp949")
    assert read(raw, f"{JSON}; charset={charset}").content == "칼을 든 남자"
    body = json.dumps(a_body(), ensure_ascii=False)
    assert (
        read(urlencode({"Body": body}, encoding="cp949").encode(), f"{FORM};charset={charset}").content
        == "칼을 든 남자"
    )


@pytest.mark.parametrize(
    "written",
    [
        [{"tranSysHis": "A_1"}, {"tranSysHis": "B_2"}],
        ["A_1", "B_2"],
        {"tranSysHis2": "B_2", "tranSysHis1": "A_1"},
        {"tranSysHisN": "B_2", "tranSysHis1": "A_1"},
        '[{"tranSysHis":"A_1"},{"tranSysHis":"B_2"}]',
        '{"tranSysHis1":"A_1","tranSysHis2":"B_2"}',
    ],
)
def test_the_route_is_read_in_every_form(written):
    assert read_route(written) == ("A_1", "B_2")


def test_ten_hops_stand_after_two():
    assert read_route({f"tranSysHis{n}": str(n) for n in (10, 2, 1)}) == ("1", "2", "10")


def test_a_missing_route_is_an_empty_one():
    assert read_route(None) == read_route("") == read_route([]) == read_route([None, {}]) == ()


def test_our_own_entry_in_a_route_is_a_loop_but_being_named_as_receiver_is_none():
    assert has_looped(("A_1", "BONGSU_BGS", "B_2"), {"BONGSU_BGS"})
    assert not has_looped(("A_1", "BONGSU_SCSNS"), {"BONGSU_BGS"})
    assert has_looped(tuple(f"A_{n}" for n in range(33)), {"BONGSU_BGS"})


@pytest.mark.parametrize(
    ("change", "step"),
    [({"ocrSts": 50}, "50"), ({"ocrSts": None, "ocrEvtSts": {"ocrEvtStsCd": "91"}}, "91"), ({"ocrSts": " 90 "}, "90")],
)
def test_the_status_may_be_a_number_or_stand_in_its_other_place(change, step):
    assert read_event(a_body(**change)).step == Step(step)


@pytest.mark.parametrize(
    ("place", "point"),
    [
        ({"crdntX": 127.1, "crdntY": 37}, (127.1, 37.0)),
        ('{"crdntX":"127.1","crdntY":"37.0"}', (127.1, 37.0)),
        ({"crdntX": "", "crdntY": " "}, (None, None)),
        ({"crdntX": "NaN", "crdntY": "inf"}, (None, None)),
        (None, (None, None)),
        ("", (None, None)),
    ],
)
def test_a_place_is_read_in_every_form(place, point):
    event = read_event(a_body(ocrLc=place))
    assert (event.lon, event.lat) == point


@pytest.mark.parametrize("items", [None, "", [], "[]"])
def test_items_may_be_missing(items):
    assert read_event(a_body(ocrEvtItem=items)).items == ()


def test_one_item_may_come_without_its_list_and_values_of_any_type():
    assert read_event(a_body(ocrEvtItem={"key": "a", "val": 3})).find("a") == "3"
    assert read_event(a_body(ocrEvtItem=[{"key": "a", "val": True}])).find("a") == "true"
    assert read_event(a_body(ocrEvtItem=[{"key": "a", "val": {"b": 1}}])).find("a") == '{"b":1}'


@pytest.mark.parametrize(
    "written", ["20261122120000", "20261122120000000", "2026-11-22T12:00:00", "2026-11-22 03:00:00+00:00"]
)
def test_times_are_korean_unless_they_say_otherwise(written):
    assert read_event(a_body(ocrEvtTime=written)).occurred_at == datetime(2026, 11, 22, 12, tzinfo=KST)


def test_a_case_name_can_be_taken_apart_again():
    event = read_event(a_body(evtId="A/B%", ocrNbr="1/2"))
    assert split_case(name_case("C", event)) == ("C", "A/B%", "1/2")
    assert split_case("plain") is None


REFUSED = [
    ({"evtId": None}, "4101", "evtId"),
    ({"evtId": "  "}, "4101", "evtId"),
    ({"ocrNbr": ""}, "4101", "ocrNbr"),
    ({"ocrSts": ""}, "4101", "ocrSts"),
    ({"ocrSts": "77"}, "4102", "ocrSts"),
    ({"ocrSts": True}, "4102", "ocrSts"),
    ({"evtId": "x" * 65}, "4102", "evtId"),
    ({"evtId": ["x"]}, "4102", "evtId"),
    ({"ocrLc": [1, 2]}, "4102", "ocrLc"),
    ({"ocrLc": {"crdntX": "동쪽", "crdntY": "37"}}, "4102", "crdntX"),
    ({"ocrLc": {"crdntX": True, "crdntY": "37"}}, "4102", "crdntX"),
    ({"ocrEvtTime": "어제"}, "4102", "ocrEvtTime"),
    ({"ocrEvtTime": "20261341000000"}, "4102", "ocrEvtTime"),
    ({"ocrEvtTime": "00010101000000"}, "4102", "ocrEvtTime"),
    ({"ocrEvtItem": [1]}, "4102", "ocrEvtItem"),
    ({"ocrEvtItem": "[{"}, "4000", "ocrEvtItem"),
]


@pytest.mark.parametrize(("change", "result", "field"), REFUSED)
def test_what_cannot_be_read_is_refused_with_its_code_and_field(change, result, field):
    with pytest.raises(Invalid) as caught:
        read_event(a_body(**change))
    assert caught.value.facts == {"result": result, "field": field}


@pytest.mark.parametrize(
    ("raw", "content_type", "result"),
    [
        (b"<x/>", "text/xml", "4015"),
        (b"{}", "", "4015"),
        (b"{", JSON, "4000"),
        (b"[]", JSON, "4000"),
        (b"\xff\xfe", JSON, "4000"),
        (b"[" * 100_000, JSON, "4000"),
        (b'{"apSeq":3}', JSON, "4102"),
        (b'{"tranSysHis":3.5}', JSON, "4102"),
        (b'{"reqDate":"soon"}', JSON, "4102"),
        (b"sendCd=%FF", FORM, "4000"),
        (b"&".join(b"a%d=1" % n for n in range(100)), FORM, "4000"),
        (b"sendCd=A&apSeq={", FORM, "4000"),
    ],
)
def test_an_unreadable_envelope_is_refused_with_its_code(raw, content_type, result):
    with pytest.raises(Invalid) as caught:
        read_envelope(raw, content_type)
    assert caught.value.facts["result"] == result


def test_a_message_without_a_body_says_so():
    with pytest.raises(Invalid) as caught:
        read_event(read_envelope(b'{"sendCd":"A"}', JSON).body)
    assert caught.value.facts == {"result": "4101", "field": "body"}


def test_an_encrypted_body_is_kept_as_it_is():
    envelope = read_envelope(b'{"encAt":"Y","Body":"{not json"}', JSON)
    assert envelope.encrypted
    assert envelope.body == "{not json"


def test_long_and_dirty_text_is_cut_and_cleaned_not_refused():
    event = read_event(a_body(ocrEvtCn="\x00위험\x1b[31m" + "가" * 9000))
    assert event.content.startswith("위험[31m가")
    assert len(event.content) == 4000


def test_a_number_of_five_thousand_digits_is_a_wrong_type_not_a_crash():
    raw = json.dumps(a_message(a_body(evtGrad="GRADE"))).replace('"GRADE"', "1" * 5000).encode()
    with pytest.raises(Invalid):
        read(raw, JSON)
    with pytest.raises(Invalid) as caught:
        read_event(a_body(evtGrad=10**5000))
    assert caught.value.facts == {"result": "4102", "field": "evtGrad"}
