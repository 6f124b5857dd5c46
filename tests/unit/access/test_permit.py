"""The policy engine: parsed once, validated at the start, and silent means no."""

from __future__ import annotations

from typing import Any

import pytest

from bongsu.access.permit import ANONYMOUS, DOOR, Action, Asker, OfGrant, Policy, Sight, load_policy
from bongsu.core.errors import Invalid

POLICE = Asker(user="u1", role="agency", agency="police112")
OPERATOR = Asker(user="u2", role="operator")
SIGHT = Sight(
    agency="police112",
    live=True,
    names_camera=True,
    may_view=True,
    may_replay=True,
    case_open=True,
    reason_given=False,
)
POLICY = load_policy()


def sight(**fields: Any) -> Sight:
    return Sight(**{name: getattr(SIGHT, name) for name in SIGHT.__struct_fields__} | fields)


def test_an_agency_looks_through_its_own_live_grant() -> None:
    assert POLICY.permits(POLICE, Action.LOOK, SIGHT)


@pytest.mark.parametrize(
    "change",
    [
        {"agency": "fire119"},
        {"agency": ""},
        {"live": False},
        {"names_camera": False},
        {"may_view": False},
        {"case_open": False},
    ],
)
def test_an_agency_looks_through_nothing_less_even_with_a_reason(change: dict[str, Any]) -> None:
    assert not POLICY.permits(POLICE, Action.LOOK, sight(**change, reason_given=True))


def test_a_user_of_no_agency_is_not_the_agency_of_a_grant_of_nobody() -> None:
    nobody = Asker(user="u3", role="agency", agency="")
    assert not POLICY.permits(nobody, Action.LOOK, sight(agency=""))
    assert not POLICY.permits(nobody, Action.EXTEND, OfGrant(agency="", live=True))


def test_an_operator_needs_a_case_or_a_reason() -> None:
    bare = {"agency": "", "live": False, "names_camera": False, "may_view": False}
    assert not POLICY.permits(OPERATOR, Action.LOOK, sight(**bare, case_open=False))
    assert POLICY.permits(OPERATOR, Action.LOOK, sight(**bare, case_open=True))
    assert POLICY.permits(OPERATOR, Action.LOOK, sight(**bare, case_open=False, reason_given=True))


@pytest.mark.parametrize("role", [ANONYMOUS, "machine", "auditor", "admin", "", "Operator"])
def test_nobody_else_looks_at_anything(role: str) -> None:
    asker = Asker(user="u", role=role, agency="police112")
    assert not POLICY.permits(asker, Action.LOOK)
    assert not POLICY.permits(asker, Action.LOOK, sight(reason_given=True))


def test_the_metrics_want_the_run_token_from_this_machine() -> None:
    assert POLICY.permits(Asker(role="machine", local=True), Action.READ_METRICS)
    assert not POLICY.permits(Asker(role="machine", local=False), Action.READ_METRICS)


def test_a_question_the_schema_does_not_know_is_answered_no() -> None:
    assert not POLICY.permits(OPERATOR, Action.ACCEPT, OfGrant(agency="", live=True))


@pytest.mark.parametrize("fault", [ValueError("parse"), RuntimeError("engine"), KeyError("decision")])
def test_an_engine_that_fails_denies_and_is_asked_again(fault: Exception) -> None:
    asked = []

    def failing(*question: Any) -> Any:
        asked.append(question)
        raise fault

    policy = Policy(_file("policy.cedar"), _file("policy.cedarschema"), decide=failing)
    assert not policy.permits(OPERATOR, Action.ACCEPT)
    assert not policy.permits(OPERATOR, Action.ACCEPT)
    assert len(asked) == 2


def test_equal_questions_are_put_to_the_engine_once() -> None:
    import cedarpy

    asked = []

    def counting(*question: Any) -> cedarpy.AuthzResult:
        asked.append(question)
        return cedarpy.is_authorized(*question)

    policy = Policy(_file("policy.cedar"), _file("policy.cedarschema"), decide=counting)
    assert [policy.permits(OPERATOR, Action.ACCEPT, DOOR) for _ in range(3)] == [True] * 3
    assert len(asked) == 1


UNREADABLE = (
    "permit (",
    'permit (principal, action == Action::"fly", resource);',
    "permit (principal, action, resource) when { principal.rank > 3 };",
)


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_policy_that_cannot_be_read_or_speaks_of_unknown_things_stops_the_start(text: str) -> None:
    with pytest.raises(Invalid, match=r"policy\.unreadable"):
        Policy(text, _file("policy.cedarschema"))


def test_every_action_is_in_the_schema_and_granted_to_somebody() -> None:
    schema, policy = _file("policy.cedarschema"), _file("policy.cedar")
    for action in Action:
        assert action.value in schema, action
        assert f'Action::"{action.value}"' in policy, action


def _file(name: str) -> str:
    from importlib.resources import files

    return files("bongsu.access").joinpath(name).read_text("utf-8")
