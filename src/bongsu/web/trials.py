"""A rule tried on recorded days before it is switched on: "it would have told 14 times, 3 of them real" (탐지 규칙)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import JSONBody

from bongsu.access.permit import Action, OfRecord
from bongsu.core.errors import Invalid, Refused
from bongsu.core.incident import Incident, State
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.recording import span_of
from bongsu.core.revision import RecordKind
from bongsu.core.rule import Rule
from bongsu.core.trial import Real, Tried, TryRule
from bongsu.web.guard import origin_of, platform_of, session_of
from bongsu.web.records import RECORD_BYTES
from bongsu.web.telling import asker_of

DAYS_AT_MOST = 92
DAY_MS = 86_400_000

Ms = Annotated[int, msgspec.Meta(ge=0, le=2**52)]


class Trying(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rule as it would be, and the recorded time [from_ms, to_ms) to try it on."""

    rule: Rule
    from_ms: Ms
    to_ms: Ms


@post("/v1/rules/trial", status_code=200, opt={"action": Action.REVISE}, request_max_body_size=RECORD_BYTES)
async def try_rule(request: Request[Any, Any, Any], data: JSONBody[Trying]) -> Tried:
    """What a rule would have told of recorded days, beside the city's real cases of its kind; on the ledger first."""
    platform, session = platform_of(request), session_of(request)
    if not platform.policy.permits(asker_of(session), Action.REVISE, OfRecord(kind=RecordKind.RULE.value)):
        raise Refused("record.refused", kind=RecordKind.RULE.value)
    if not 0 < data.to_ms - data.from_ms <= DAYS_AT_MOST * DAY_MS:
        raise Invalid("trial.span", days=DAYS_AT_MOST)
    row = LedgerRow(
        at=platform.now(),
        act=Act.SEE_WARD,
        who=session.user,
        agency=session.agency,
        origin=origin_of(request),
        reason=f"trial of the rule {data.rule.name}",
        session=session.id,
        span=span_of(data.from_ms, data.to_ms),
    )
    await platform.note(row)
    reals = tuple(reals_of(platform.board().incidents.values(), data))
    question = TryRule(rule=data.rule, from_ms=data.from_ms, to_ms=data.to_ms, reals=reals)
    return msgspec.json.decode(await platform.ask_telemetry(question), type=Tried)


def reals_of(incidents: Iterable[Incident], asked: Trying) -> Iterable[Real]:
    """The cases of the rule's kind in that time that nobody called off: what it ought to have told of."""
    for incident in incidents:
        at_ms = int(incident.occurred_at.timestamp() * 1000)
        if incident.kind != asked.rule.kind or incident.state in (State.CANCELLED, State.MERGED):
            continue
        if asked.from_ms <= at_ms < asked.to_ms:
            yield Real(at_ms=at_ms, where=incident.where)


ROUTES = [try_rule]
