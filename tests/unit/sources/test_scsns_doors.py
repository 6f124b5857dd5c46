"""The two SCSNS doors: who comes in, what is answered, and that nothing is answered before it is kept."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from litestar import Litestar

from bongsu.core.errors import Conflict, Unavailable
from bongsu.core.incident import UNKNOWN_KIND
from bongsu.core.report import Severity, Status, Step
from bongsu.sources.scsns import routes
from fakes.scsns import KEY, NOON, Clock, FakeDesk, a_body, a_message, a_partner, as_form, as_json

AUTH = "/api/getAuth.json"
EVENT = "/linkHttp/recvEvent.json"


def in_front_of(handlers) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Litestar(handlers, openapi_config=None))
    return httpx.AsyncClient(transport=transport, base_url="http://bongsu")


class Doors:
    """The doors with a fake desk behind them, and a partner in front."""

    def __init__(self, desk: FakeDesk, clock: Clock) -> None:
        self.desk = desk
        self.clock = clock
        partner = a_partner()
        handlers = routes(
            desk.take,
            lambda key: partner if key == KEY else None,
            clock,
            secret=b"s" * 32,
            our_marks={"BONGSU_BGS"},
        )
        self.client = in_front_of(handlers)

    async def post(self, path, raw, content_type, **headers):
        sent = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
        response = await self.client.post(path, content=raw, headers=sent)
        return response.status_code, response.json()

    async def sign_in(self) -> str:
        status, answer = await self.post(AUTH, *as_json(a_message({"apiKey": KEY}, self.clock.now, svcTy="AUTH")))
        assert (status, answer["result"], answer["type"]) == (200, "0", "2000")
        return answer["message"]

    async def send(self, message, encode=as_json, session=None):
        session = await self.sign_in() if session is None else session
        return await self.post(EVENT, *encode(message), X_Scsns_Secret=session)


@pytest.fixture
async def doors():
    it = Doors(FakeDesk(), Clock())
    async with it.client:
        yield it


@pytest.mark.parametrize("encode", [as_json, as_form])
async def test_an_event_becomes_a_report_and_is_answered_with_its_incident(doors, encode):
    status, answer = await doors.send(a_message(), encode)
    assert status == 200
    assert answer == {
        "startTag": "$DA", "endTag": "$DB", "finishTag": "$DF", "result": "0", "type": "2000", "message": "I-1"
    }  # fmt: skip
    (report,) = doors.desk.reports
    assert (report.sender, report.kind, report.severity, report.event_code) == (
        "NPA112", "robbery", Severity.EXTREME, "NPAUC102",
    )  # fmt: skip
    assert (report.where.lon, report.where.lat, report.address) == (127.1, 37.51, "시장길 3")
    assert (report.step, report.status, report.text) == (Step.OCCURRED, Status.EXERCISE, "칼을 든 남자")
    assert report.occurrence == "NPA112/NPAUC102/20261122120000123"


async def test_the_session_key_may_stand_in_the_envelope(doors):
    session = await doors.sign_in()
    status, _ = await doors.post(EVENT, *as_form(a_message(rrKey=session)))
    assert status == 200


async def test_a_retry_gets_the_first_answer_again(doors):
    first = await doors.send(a_message())
    again = await doors.send(a_message(reqDate="20261122120100", apSeq={"apCurrent": 2, "apTotal": 2}, rrKey="other"))
    assert again == first
    assert len(doors.desk.reports) == 1


async def test_nothing_is_answered_before_the_commit(doors):
    committed = asyncio.Event()
    take = doors.desk.take

    async def slow(report):
        await committed.wait()
        return await take(report)

    handlers = routes(slow, lambda key: a_partner(), doors.clock, secret=b"s" * 32, our_marks=())
    async with in_front_of(handlers) as client:
        raw, kind = as_json(a_message({"apiKey": KEY}))
        session = (await client.post(AUTH, content=raw, headers={"Content-Type": kind})).json()["message"]
        raw, kind = as_json(a_message())
        sending = asyncio.ensure_future(
            client.post(EVENT, content=raw, headers={"Content-Type": kind, "X-Scsns-Secret": session})
        )
        done, _ = await asyncio.wait([sending], timeout=0.2)
        assert not done
        committed.set()
        assert (await sending).status_code == 200


async def test_who_has_no_session_is_sent_away_and_nothing_is_kept(doors):
    for session in ("", "forged", "forged.99999999999.NPA112", "한글.9.NPA112".encode()):
        status, answer = await doors.send(a_message(rrKey="rrKey"), session=session)
        assert (status, answer["result"], answer["type"]) == (401, "1", "4001")
    assert doors.desk.reports == []


async def test_a_session_runs_out(doors):
    session = await doors.sign_in()
    doors.clock.go(1799)
    assert (await doors.send(a_message(now=doors.clock.now), session=session))[0] == 200
    doors.clock.go(2)
    assert (await doors.send(a_message(now=doors.clock.now), session=session))[1]["type"] == "4001"


async def test_a_session_of_before_a_restart_is_worth_nothing(doors):
    session = await doors.sign_in()
    other = Doors(FakeDesk(), Clock())
    other_handlers = routes(other.desk.take, lambda key: None, other.clock, secret=b"t" * 32, our_marks=())
    async with in_front_of(other_handlers) as client:
        raw, kind = as_json(a_message())
        sent = await client.post(EVENT, content=raw, headers={"Content-Type": kind, "X-Scsns-Secret": session})
    assert sent.json()["type"] == "4001"


async def test_a_session_key_cannot_be_rewritten_to_live_longer_or_to_be_another_partner(doors):
    signature, until, code = (await doors.sign_in()).split(".")
    for forged in (f"{signature}.{int(until) + 1}.{code}", f"{signature}.{until}.OTHER", f".{until}.{code}"):
        assert (await doors.send(a_message(), session=forged))[1]["type"] == "4001"


async def test_a_wrong_api_key_gets_no_session(doors):
    status, answer = await doors.post(AUTH, *as_json(a_message({"apiKey": "wrong"})))
    assert (status, answer["type"]) == (401, "4001")
    status, answer = await doors.post(AUTH, *as_json(a_message({})))
    assert (status, answer["type"]) == (400, "4101")


@pytest.mark.parametrize(
    ("message", "status", "type_"),
    [
        (a_message(a_body(evtId=None)), 400, "4101"),
        (a_message(a_body(ocrSts="77")), 400, "4102"),
        (a_message(encAt="Y", body="kq3#cipher"), 406, "4006"),
        (a_message(reqDate="20261122114900"), 400, "4000"),
        (a_message(reqDate="20261122121100"), 400, "4000"),
        (a_message(a_body(ocrEvtCn="x" * 300_000)), 406, "4006"),
    ],
)
async def test_bad_input_gets_its_code_and_leaves_nothing(doors, message, status, type_):
    got, answer = await doors.send(message)
    assert (got, answer["result"], answer["type"]) == (status, "1", type_)
    assert answer["message"]
    assert "{" not in answer["message"]
    assert doors.desk.reports == []


async def test_another_content_type_is_4015_and_no_json_is_4000(doors):
    session = await doors.sign_in()
    assert (await doors.post(EVENT, b"<x/>", "text/xml", X_Scsns_Secret=session))[1]["type"] == "4015"
    assert (await doors.post(EVENT, b"{", "application/json", X_Scsns_Secret=session))[1]["type"] == "4000"


async def test_the_sentence_is_in_the_language_asked_for(doors):
    raw, kind = as_json(a_message())
    _, korean = await doors.post(EVENT, raw, kind)
    _, english = await doors.post(EVENT, raw, kind, Accept_Language="en-US")
    assert "세션키" in korean["message"]
    assert "session key" in english["message"]


@pytest.mark.parametrize(
    "body",
    [
        a_body(evtId="NEW99", evtNm="새 사건"),
        a_body(ocrLc={"crdntX": "999", "crdntY": "999"}),
        a_body(ocrLc={"crdntX": "0", "crdntY": "0"}),
    ],
)
async def test_an_unknown_code_or_an_impossible_place_is_kept_as_unknown(doors, body):
    status, _ = await doors.send(a_message(body))
    (report,) = doors.desk.reports
    assert (status, report.kind, report.severity) == (200, UNKNOWN_KIND, Severity.UNKNOWN)
    assert "칼을 든 남자" in report.text


async def test_a_report_without_a_place_keeps_its_kind(doors):
    await doors.send(a_message(a_body(ocrLc=None)))
    (report,) = doors.desk.reports
    assert (report.kind, report.where) == ("robbery", None)


@pytest.mark.parametrize("sent", ["Exercise", "exercise ", "TEST", "Actual", "훈련?", None])
async def test_only_a_clear_word_makes_a_drill(doors, sent):
    items = [] if sent is None else [{"key": "status", "val": sent}]
    await doors.send(a_message(a_body(ocrEvtItem=items)))
    expected = {"Exercise": Status.EXERCISE, "exercise ": Status.EXERCISE, "TEST": Status.TEST}
    assert doors.desk.reports[0].status is expected.get(sent, Status.ACTUAL)


async def test_a_message_that_came_round_is_stopped_with_success(doors):
    status, answer = await doors.send(a_message(tranSysHis={"tranSysHis1": "A_1", "tranSysHis2": "BONGSU_BGS"}))
    assert (status, answer["result"]) == (200, "0")
    assert doors.desk.reports == []


async def test_a_relayed_message_is_the_relaying_partners_and_keeps_its_first_senders_name(doors):
    await doors.send(a_message(sendCd="Siheung"))
    (report,) = doors.desk.reports
    assert report.sender == "NPA112"
    assert report.occurrence.startswith("Siheung/")


@pytest.mark.parametrize(
    ("fails", "type_"), [(Unavailable("inbox.full"), "5003"), (Conflict("report.conflict"), "4100")]
)
async def test_what_the_desk_cannot_take_is_not_acknowledged(doors, fails, type_):
    doors.desk.fails = fails
    _, answer = await doors.send(a_message())
    assert (answer["result"], answer["type"]) == ("1", type_)


@pytest.mark.parametrize(
    ("fields", "stated"),
    [
        ({"ocrSts": "10"}, "2026-11-22T11:59:50+09:00"),
        ({"ocrSts": "40"}, None),
        ({"ocrSts": "91", "ocrEvtEndTime": "20261122115955"}, "2026-11-22T11:59:55+09:00"),
        ({"ocrSts": "40", "ocrEvtStsTime": "20261122115958"}, "2026-11-22T11:59:58+09:00"),
        ({"ocrSts": "40", "ocrEvtStsTime": "20991122115958"}, NOON.isoformat()),
    ],
)
async def test_the_time_of_a_step_is_never_later_than_its_arrival(doors, fields, stated):
    await doors.send(a_message(a_body(**fields)))
    told = doors.desk.reports[0].stated_at
    assert (None if told is None else told.isoformat()) == stated


async def test_the_answer_is_json_that_says_so(doors):
    response = await doors.client.post(EVENT, content=b"{}", headers={"Content-Type": "application/json"})
    assert response.headers["content-type"].startswith("application/json")
    assert json.loads(response.content)["result"] == "1"
