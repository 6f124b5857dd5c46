"""SCSNS as the partners speak it: envelopes out, answers in; this side's own reading of the published format.

Source: IoTKETI/smartcitydatahub_integrationplatform_interworking (fields), 14 header and 16 data fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import msgspec

from bongsu.core.clock import KST
from bongsu.core.geo import Point

OCCURRED, CHANGED, RELEASED, CANCELLED, ENDED = "10", "40", "50", "90", "91"
_NESTED = ("apSeq", "tranSysHis", "callBack")


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks to whom: organisation codes of both, the speaker's system code, and the name of its room."""

    code: str
    to: str
    system: str = "112"
    room: str = "112상황실"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One SCSNS event: what is said of one occurrence at one time; `items` are the extensible key-value pairs."""

    occurrence: str
    step: str
    code: str
    name: str
    occurred_at: datetime
    stated_at: datetime
    where: Point | None = None
    address: str = ""
    text: str = ""
    detail: str = ""
    items: tuple[tuple[str, str], ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: the HTTP status and the reply's result, type and message ("" when there was none)."""

    status: int
    result: str = ""
    type: str = ""
    message: str = ""

    @property
    def is_taken(self) -> bool:
        """The other side says that it keeps the event."""
        return self.status == 200 and self.result == "0"

    @property
    def is_final(self) -> bool:
        """Taken, or refused in a way that no retry changes."""
        return self.is_taken or 400 <= self.status < 429


def stamp(at: datetime) -> str:
    """A time as the wire writes it: yyyyMMddHHmmss in Korean time."""
    return at.astimezone(KST).strftime("%Y%m%d%H%M%S")


def occurrence_number(at: datetime, turn: int) -> str:
    """A number for a new occurrence: yyyyMMddHHmmssSSS, the milliseconds counted up so that no two are equal."""
    return f"{stamp(at)}{turn % 1000:03d}"


def headers(party: Party, kind: str, session: str) -> dict[str, str]:
    """The HTTP headers of a message; `session` is "" when asking for one."""
    return {
        "X-Scsns-svcTy": kind,
        "X-Scsns-sendCd": party.code,
        "X-Scsns-rcvCd": party.to,
        "X-Scsns-sysCd": party.system,
        "X-Scsns-encAt": "N",
        "X-Scsns-Secret": session,
        "X-Scsns-type": "sync",
    }


def envelope(party: Party, kind: str, body: Mapping[str, Any], *, now: datetime, turn: str) -> dict[str, Any]:
    """A whole message; `turn` is the request-response key, new for every try."""
    return {
        "svcTy": kind,
        "hdCnt": "14",
        "dtCnt": "16",
        "apSeq": {"apCurrent": "1", "apTotal": "1"},
        "cmnMtd": "1",
        "sendCd": party.code,
        "rcvCd": party.to,
        "encAt": "N",
        "tranTy": "HTTP",
        "rrKey": turn,
        "reqDate": stamp(now),
        "bodyLen": str(len(json.dumps(body, ensure_ascii=False).encode())),
        "sysCd": party.system,
        "tranSysHis": [{"tranSysHis": f"{party.code}_{party.system}"}],
        "callBack": {"useYn": "N", "targetUrl": ""},
        "body": dict(body),
    }


def event_body(event: Event, party: Party) -> dict[str, Any]:
    """The 16 data fields of an event, as this party tells it."""
    where = event.where
    return {
        "startTag": "$DA",
        "evtId": event.code,
        "evtNm": event.name,
        "evtGrad": "10",
        "ocrNbr": event.occurrence,
        "ocrSts": event.step,
        "ocrLc": {"crdntX": f"{where.lon:.7f}", "crdntY": f"{where.lat:.7f}", "crdntZ": "0"} if where else {},
        "ocrPlc": event.address,
        "ocrEvtCn": event.text,
        "ocrEvtTime": stamp(event.occurred_at),
        "ocrEvtSts": {"ocrEvtStsCd": event.step, "ocrEvtStsDtl": ""},
        "ocrEvtStsUsr": {"ocrEvtUsrId": party.system, "ocrEvtUsrNm": party.room},
        "ocrEvtStsTime": stamp(event.stated_at),
        "ocrEvtEndTime": stamp(event.stated_at) if event.step in (RELEASED, CANCELLED, ENDED) else "",
        "ocrEvtItemCnt": str(len(event.items)),
        "ocrEvtItem": [{"key": key, "val": value} for key, value in event.items],
        "ocrEvtDtl": {"ocrEvtDtlCd": event.detail, "ocrEvtDtlCdDtl": ""},
        "endTag": "$DB",
    }


def as_form(message: Mapping[str, Any]) -> bytes:
    """A message as application/x-www-form-urlencoded: `Body` and the nested fields are JSON strings."""
    flat = {key: value for key, value in message.items() if key != "body"}
    for key in _NESTED:
        flat[key] = json.dumps(flat[key], ensure_ascii=False)
    return urlencode({**flat, "Body": json.dumps(message["body"], ensure_ascii=False)}).encode()


def read_message(raw: bytes, content_type: str) -> dict[str, Any]:
    """A message that came in, JSON or form, with `body` as an object; raises ValueError when it is neither."""
    if "form-urlencoded" not in content_type:
        return _object(json.loads(raw))
    flat: dict[str, Any] = {key: values[-1] for key, values in parse_qs(raw.decode("utf-8")).items()}
    if "Body" not in flat:
        raise ValueError("a form without Body")
    return {**flat, "body": _object(json.loads(flat.pop("Body")))}


def read_answer(status: int, raw: bytes) -> Answer:
    """What a reply says; anything that is no reply keeps its HTTP status and says nothing."""
    try:
        told = _object(json.loads(raw))
    except ValueError:
        return Answer(status=status)
    return Answer(
        status=status,
        result=str(told.get("result", "")),
        type=str(told.get("type", "")),
        message=str(told.get("message", "")),
    )


def reply(message: str, *, type_: str = "2000", taken: bool = True) -> dict[str, str]:
    """What we answer."""
    return {
        "startTag": "$DA",
        "result": "0" if taken else "1",
        "type": type_,
        "message": message,
        "finishTag": "$DF",
    }


def items_of(body: Mapping[str, Any]) -> dict[str, str]:
    """The extensible items of an event body as a table; entries that are no pairs are left out."""
    listed = body.get("ocrEvtItem") or []
    pairs = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return {str(pair.get("key", "")): str(pair.get("val", "")) for pair in pairs}


def said_key(party: Party, event: Event) -> str:
    """The same for an event of our own: one key for all tries of it."""
    return event_key({"sendCd": party.code, "body": event_body(event, party)})


def event_key(message: Mapping[str, Any]) -> str:
    """What makes two messages the same event for ever: who, which occurrence, what is said; not when it was sent."""
    body = _object(message.get("body"))
    said = json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
    parts = (message.get("sendCd"), body.get("evtId"), body.get("ocrNbr"), body.get("ocrSts"))
    return "/".join([*map(str, parts), hashlib.sha256(said).hexdigest()[:16]])


def _object(told: object) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise ValueError("not a JSON object")
    return told
