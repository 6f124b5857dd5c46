"""The envelope around every SCSNS message: 14 header fields and a body, as JSON or as a form."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bongsu.wires.scsns.results import Result, refusal
from bongsu.wires.scsns.route import build_route, read_route
from bongsu.wires.scsns.values import Fields, opened, read_object, read_text, read_time, stamp

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
KOREAN_CHARSETS = frozenset({"euc-kr", "cp949", "ms949", "ks_c_5601-1987", "x-windows-949"})
MAX_FIELDS = 64


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A message's header and its body still unread; `body` is an object, or text when it is encrypted.

    `part` and `parts` are apSeq; a message told to be in several parts is read as if it were whole.
    """

    service: str = "EVENT"
    sender: str = ""
    receiver: str = ""
    system: str = ""
    encrypted: bool = False
    session: str = ""
    requested_at: datetime | None = None
    route: tuple[str, ...] = ()
    part: str = "1"
    parts: str = "1"
    body: Any = None


def read_envelope(raw: bytes, content_type: str) -> Envelope:
    """Read a message in either encoding.

    Raises Invalid with 4015 (neither JSON nor a form), 4000 (unreadable) or 4102 (a field of the wrong type).
    """
    fields = _fields(raw, content_type)
    sequence = read_object(fields, "apSeq")
    encrypted = read_text(fields, "encAt").upper() in ("Y", "YES", "TRUE")
    return Envelope(
        service=read_text(fields, "svcTy"),
        sender=read_text(fields, "sendCd"),
        receiver=read_text(fields, "rcvCd"),
        system=read_text(fields, "sysCd"),
        encrypted=encrypted,
        session=read_text(fields, "rrKey"),
        requested_at=read_time(fields, "reqDate"),
        route=read_route(fields.get("tranSysHis")),
        part=read_text(sequence, "apCurrent") or "1",
        parts=read_text(sequence, "apTotal") or "1",
        body=_body(fields, encrypted),
    )


def _body(fields: Fields, encrypted: bool) -> object:
    body = fields.get("Body", fields.get("body"))
    return body if encrypted else opened(body, "body")


def _fields(raw: bytes, content_type: str) -> Fields:
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    if kind not in (JSON, FORM):
        raise refusal(Result.UNSUPPORTED_MEDIA, "media", kind=kind or "-")
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode(_codec(parameters))
        fields = _form(text, _codec(parameters)) if kind == FORM else msgspec.json.decode(text)
    except (ValueError, RecursionError):
        raise refusal(Result.BAD_REQUEST, "not_json", field="*") from None
    if not isinstance(fields, dict):
        raise refusal(Result.BAD_REQUEST, "not_json", field="*")
    return fields


def _form(text: str, codec: str) -> dict[str, str]:
    pairs = parse_qsl(text, keep_blank_values=True, encoding=codec, errors="strict", max_num_fields=MAX_FIELDS)
    return dict(pairs)


def _codec(parameters: str) -> str:
    name = parameters.lower().rpartition("charset=")[2].strip().strip('"')
    return "cp949" if name in KOREAN_CHARSETS else "utf-8"


def build_envelope(envelope: Envelope) -> dict[str, object]:
    """The message as it goes out; `requested_at` must be set. Takes part in no encryption."""
    body = msgspec.json.encode(envelope.body).decode()
    return {
        "svcTy": envelope.service,
        "hdCnt": "14",
        "dtCnt": "16",
        "apSeq": {"apCurrent": envelope.part, "apTotal": envelope.parts},
        "cmnMtd": "1",
        "sendCd": envelope.sender,
        "rcvCd": envelope.receiver,
        "encAt": "N",
        "tranTy": "HTTP",
        "rrKey": envelope.session,
        "reqDate": "" if envelope.requested_at is None else stamp(envelope.requested_at),
        "bodyLen": str(len(body)),
        "sysCd": envelope.system,
        "tranSysHis": build_route(envelope.route),
        "callBack": {"useYn": "N", "targetUrl": ""},
        "body": envelope.body,
    }


def headers(envelope: Envelope, secret: str) -> dict[str, str]:
    """The X-Scsns headers of a message; `secret` is the session key, "" for AUTH."""
    return {
        "X-Scsns-svcTy": envelope.service,
        "X-Scsns-sendCd": envelope.sender,
        "X-Scsns-rcvCd": envelope.receiver,
        "X-Scsns-sysCd": envelope.system,
        "X-Scsns-encAt": "N",
        "X-Scsns-Secret": secret,
        "X-Scsns-type": "sync",
    }
