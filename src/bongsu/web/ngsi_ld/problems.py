"""Failures as NGSI-LD tells them (clauses 5.5.2, 6.3.2, 6.3.3): a type's URI, a title, and a sentence in detail."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from bongsu.core.errors import BongsuError, Conflict, Invalid, NotFound, Refused, TooMuch, Unknown
from bongsu.core.words import say
from bongsu.web.errors import language_of

ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
BLANK = "about:blank"
BY_CODE = {
    "ngsi_ld.json": (400, "InvalidRequest"),
    "ngsi_ld.there": (409, "AlreadyExists"),
    "ngsi_ld.unsupported": (422, "OperationNotSupported"),
    "ngsi_ld.read_only": (422, "OperationNotSupported"),
    "ngsi_ld.context": (504, "LdContextNotAvailable"),
    "ngsi_ld.tenant": (501, "NoMultiTenantSupport"),
    "ngsi_ld.query_large": (403, "TooComplexQuery"),
    "ngsi_ld.results": (403, "TooManyResults"),
    "ngsi_ld.full": (507, "InternalError"),
    "ngsi_ld.busy": (503, "InternalError"),
    "ngsi_ld.media_type": (415, ""),
    "ngsi_ld.accept": (406, ""),
}
BY_KIND: tuple[tuple[type[BongsuError], tuple[int, str]], ...] = (
    (Invalid, (400, "BadRequestData")),
    (TooMuch, (400, "BadRequestData")),
    (NotFound, (404, "ResourceNotFound")),
    (Conflict, (409, "AlreadyExists")),
    (Unknown, (401, "")),
    (Refused, (403, "")),
)
TITLES = {
    "AlreadyExists": "The referred element already exists",
    "BadRequestData": "The request includes input data which does not meet the requirements of the operation",
    "InternalError": "There has been an error during the operation execution",
    "InvalidRequest": "The request associated to the operation is syntactically invalid or includes wrong content",
    "LdContextNotAvailable": "A remote JSON-LD @context referenced in a request cannot be retrieved",
    "NoMultiTenantSupport": "The NGSI-LD API implementation does not support multiple tenants",
    "OperationNotSupported": "The operation is not supported",
    "ResourceNotFound": "The referred resource has not been found",
    "TooComplexQuery": "The query associated to the operation is too complex and cannot be resolved",
    "TooManyResults": "The query associated to the operation is producing too many results",
}
"""The specification's own words (table 5.5.2-1)."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Problem details (clause 5.5.3); `code` is ours, the words key of `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str


def problem_of(problem: BongsuError, language: str) -> Problem:
    """An error of ours as the specification names it."""
    status, name = BY_CODE.get(problem.code) or next(
        (found for kind, found in BY_KIND if isinstance(problem, kind)), (503, "InternalError")
    )
    return Problem(
        type=ERRORS + name if name else BLANK,
        title=TITLES.get(name) or HTTPStatus(status).phrase,
        status=status,
        detail=say(f"error.{problem.code}", language, **problem.facts),
        code=f"error.{problem.code}",
    )


def answer_problem(request: Request[Any, Any, Any], problem: BongsuError) -> Response[bytes]:
    """One of our own errors."""
    told = problem_of(problem, language_of(request.headers.get("accept-language", "")))
    wait = problem.facts.get("retry_after_s")
    headers = {"Retry-After": str(wait)} if wait is not None else {}
    if told.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _response(told, headers)


def answer_framework(request: Request[Any, Any, Any], problem: HTTPException) -> Response[bytes]:
    """What the framework refuses by itself: too large a body, a method that is none."""
    code = {404: "not_found", 405: "method", 413: "too_large"}.get(problem.status_code, "invalid")
    name = {404: "ResourceNotFound", 400: "InvalidRequest", 500: "InternalError"}.get(problem.status_code, "")
    language = language_of(request.headers.get("accept-language", ""))
    detail = say(f"error.{code}", language, what=request.scope["path"], detail=problem.detail)
    told = Problem(
        type=ERRORS + name if name else BLANK,
        title=TITLES.get(name) or HTTPStatus(problem.status_code).phrase,
        status=problem.status_code,
        detail=detail,
        code=f"error.{code}",
    )
    return _response(told, {name: value for name, value in (problem.headers or {}).items() if name.lower() == "allow"})


def _response(told: Problem, headers: dict[str, str]) -> Response[bytes]:
    return Response(msgspec.json.encode(told), status_code=told.status, media_type="application/json", headers=headers)
