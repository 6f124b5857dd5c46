"""What SCSNS answers: result codes, the answer's envelope, and the errors that carry a code."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bongsu.core.errors import BongsuError, Conflict, Invalid, NotFound, TooMuch, Unavailable, Unknown

TAGS = {"startTag": "$DA", "endTag": "$DB", "finishTag": "$DF"}
SUCCESS = "0"
FAILURE = "1"


class Result(StrEnum):
    """The result types of the safety network; `http_status` gives the HTTP status each one rides on."""

    OK = "2000"
    CREATED = "2001"
    DELETED = "2002"
    CHANGED = "2004"
    BAD_REQUEST = "4000"
    UNAUTHORIZED = "4001"
    NOT_FOUND = "4004"
    METHOD_NOT_ALLOWED = "4005"
    NOT_ACCEPTABLE = "4006"
    UNSUPPORTED_MEDIA = "4015"
    ALREADY_EXISTS = "4100"
    MISSING = "4101"
    WRONG_TYPE = "4102"
    TOO_MANY = "4209"
    INTERNAL = "5000"
    UNAVAILABLE = "5003"
    TIMEOUT = "5004"
    NOT_REACHABLE = "5100"


_HTTP = {
    Result.OK: 200,
    Result.CREATED: 201,
    Result.DELETED: 200,
    Result.CHANGED: 200,
    Result.BAD_REQUEST: 400,
    Result.UNAUTHORIZED: 401,
    Result.NOT_FOUND: 404,
    Result.METHOD_NOT_ALLOWED: 405,
    Result.NOT_ACCEPTABLE: 406,
    Result.UNSUPPORTED_MEDIA: 415,
    Result.ALREADY_EXISTS: 400,
    Result.MISSING: 400,
    Result.WRONG_TYPE: 400,
    Result.TOO_MANY: 429,
    Result.INTERNAL: 500,
    Result.UNAVAILABLE: 503,
    Result.TIMEOUT: 504,
    Result.NOT_REACHABLE: 404,
}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A partner's answer: `result` "0" is success; `type` is "" where the partner leaves it out."""

    result: str
    type: str = ""
    message: str = ""

    @property
    def is_success(self) -> bool:
        """The partner says it took the message."""
        return self.result == SUCCESS


def http_status(result: Result) -> int:
    """The HTTP status a result rides on."""
    return _HTTP[result]


def refusal(result: Result, cause: str, **facts: object) -> Invalid:
    """The error for a message that cannot be taken: code "scsns.<cause>", its result code among the facts."""
    return Invalid(f"scsns.{cause}", result=result.value, **facts)


def result_of(error: BongsuError) -> Result:
    """The result code an error is answered with."""
    if isinstance(error, Invalid):
        return Result(str(error.facts.get("result", Result.BAD_REQUEST)))
    by_kind = {
        Unknown: Result.UNAUTHORIZED,
        NotFound: Result.NOT_FOUND,
        Conflict: Result.ALREADY_EXISTS,
        TooMuch: Result.UNAVAILABLE,
        Unavailable: Result.UNAVAILABLE,
    }
    return next((result for kind, result in by_kind.items() if isinstance(error, kind)), Result.BAD_REQUEST)


def build_answer(result: Result, message: str = "") -> bytes:
    """The answer as JSON; the same arguments always give the same bytes."""
    verdict = SUCCESS if result.value.startswith("2") else FAILURE
    return msgspec.json.encode({**TAGS, "result": verdict, "type": result.value, "message": message})


def read_answer(raw: bytes) -> Answer:
    """A partner's answer; numbers as strings or not, tags or not. Raises Invalid("scsns.answer")."""
    try:
        fields = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or "result" not in fields:
        raise refusal(Result.BAD_REQUEST, "answer")
    kept = {name: str(fields[name]) for name in ("result", "type", "message") if fields.get(name) is not None}
    return Answer(**{"result": "", **kept})
