"""What a rule must be to hold, told by name where it is not."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from bongsu.cli.rules_toml import rules_of, text_of
from bongsu.cli.ruling import revised
from bongsu.core.command import Revise
from bongsu.core.device import DeviceKind
from bongsu.core.errors import BongsuError, Conflict, Invalid
from bongsu.core.report import Severity
from bongsu.core.revision import RecordKind, Revision, Zone
from bongsu.core.rule import (
    Absence,
    Among,
    Condition,
    DayPart,
    Drift,
    Geofence,
    Rhythm,
    Rule,
    Sign,
    Silent,
    Terms,
    Threshold,
    Together,
)
from bongsu.desk.obey import obey
from fakes.desk import NOON
from fakes.procedures import a_board, fold

RING = ((127.1, 37.5), (127.2, 37.5), (127.2, 37.6), (127.1, 37.5))
CROSSED = ((127.1, 37.5), (127.2, 37.6), (127.2, 37.5), (127.1, 37.6), (127.1, 37.5))
SIGN = Sign(property="motion", above=1.0)
ALL_DAY = (DayPart(from_h=0, to_h=24, limit_h=12),)
SMOKE, HEAT = Condition(property="smoke", above=0.5), Condition(property="temperature", rise_per_min=5.0)
GOOD: dict[str, Terms] = {
    "hot": Threshold(property="temperature", above=60.0, below=-20.0, hysteresis=2.0, for_s=60.0),
    "alone": Absence(signs=(SIGN,), limits=ALL_DAY, rhythm=Rhythm()),
    "stray": Geofence(zones=("market",), rings=(RING,), exit=True, settle_s=30.0),
    "own": Geofence(dwell_s=600.0),
    "mute": Silent(silent_s=3600.0),
    "stuck": Silent(property="tilt", stuck_s=7200.0),
    "wall": Drift(property="tilt", change=0.5, hysteresis=0.1),
    "fire": Together(conditions=(SMOKE, HEAT)),
}


def a_rule(terms: Terms, **fields: Any) -> Rule:
    return Rule(**({"name": "규칙", "name_en": "Rule"} | fields), terms=terms)


def a_board_with_a_zone():
    board = a_board()
    zone = Revision(kind=RecordKind.ZONE, id="market", version=1, body=Zone(name="시장", ring=RING), at=NOON, by="kim")
    board.records[RecordKind.ZONE, "market"] = zone
    return board


def told(rule: Rule, board: Any = None) -> BongsuError | None:
    order = Revise(kind=RecordKind.RULE, id="r1", body=rule, version=0, by="kim", note="시험합니다")
    try:
        obey(board or a_board_with_a_zone(), order, NOON)
    except BongsuError as problem:
        return problem
    return None


@pytest.mark.parametrize("name", GOOD)
def test_every_danger_has_terms_that_hold(name):
    assert told(a_rule(GOOD[name])) is None


BAD: list[tuple[str, Terms]] = [
    ("rule.property", Threshold(property="mood", above=1.0)),
    ("rule.limit", Threshold(property="temperature")),
    ("rule.range", Threshold(property="temperature", above=60_000.0)),
    ("rule.range", Threshold(property="temperature", above=float("nan"))),
    ("rule.range", Threshold(property="smoke", above=0.5, hysteresis=-0.1)),
    ("rule.range", Threshold(property="temperature", rise_per_min=0.0)),
    ("rule.crossed", Threshold(property="temperature", above=5.0, below=20.0)),
    ("rule.number", Threshold(property="temperature", above=60.0, for_s=-1.0)),
    ("rule.signs", Absence(signs=(), limits=ALL_DAY)),
    ("rule.sign", Absence(signs=(Sign(property="motion"),), limits=ALL_DAY)),
    ("rule.sign", Absence(signs=(Sign(property="motion", above=1.0, change=1.0),), limits=ALL_DAY)),
    ("rule.patience", Absence(signs=(SIGN,))),
    ("rule.part", Absence(signs=(SIGN,), limits=(DayPart(from_h=6, to_h=6, limit_h=8),))),
    ("rule.number", Absence(signs=(SIGN,), limits=(DayPart(from_h=6, to_h=25, limit_h=8),))),
    ("rule.number", Absence(signs=(SIGN,), rhythm=Rhythm(improbable=1.5))),
    ("rule.fence", Geofence(zones=("market",))),
    ("rule.fence", Geofence(zones=("market",), enter=True, dwell_s=60.0)),
    ("rule.zone", Geofence(zones=("nowhere",), exit=True)),
    ("rule.ring", Geofence(rings=((),), exit=True)),
    ("rule.ring_crossed", Geofence(rings=(CROSSED,), exit=True)),
    ("rule.ring_outside", Geofence(rings=(tuple((lat, lon) for lon, lat in RING),), exit=True)),
    ("rule.number", Geofence(zones=("market",), exit=True, margin_m=-5.0)),
    ("rule.silent", Silent()),
    ("rule.silent", Silent(silent_s=60.0, property="tilt", stuck_s=60.0)),
    ("rule.stuck", Silent(stuck_s=60.0)),
    ("rule.hysteresis", Drift(property="tilt", change=0.5, hysteresis=0.5)),
    ("rule.baseline", Drift(property="tilt", change=0.5, mean_h=6.0, baseline_h=3.0)),
    ("rule.conditions", Together(conditions=(SMOKE,))),
    ("rule.condition", Together(conditions=(SMOKE, Condition(property="smoke", above=0.1, below=0.5)))),
]


@pytest.mark.parametrize(("code", "terms"), BAD, ids=lambda case: case if isinstance(case, str) else "")
def test_terms_that_make_no_sense_are_refused_by_name(code, terms):
    problem = told(a_rule(terms))
    assert isinstance(problem, Invalid)
    assert problem.code == code


def test_a_rule_opens_only_kinds_there_are_and_has_a_name():
    assert told(a_rule(GOOD["hot"], kind="no_such_kind")).code == "rule.kind"
    assert told(a_rule(GOOD["hot"], name=" ")).code == "record.name"
    assert told(a_rule(GOOD["hot"], note="가" * 2001)).code == "rule.note"


def test_a_zone_that_a_rule_is_judged_by_stays_and_a_rule_can_go():
    board = a_board_with_a_zone()
    make = Revise(
        kind=RecordKind.RULE, id="stray", body=a_rule(GOOD["stray"]), version=0, by="kim", note="배회를 감지함"
    )
    fold(board, *obey(board, make, NOON).revisions)
    gone = Revise(kind=RecordKind.ZONE, id="market", body=None, version=1, by="kim", note="쓰지 않음")
    with pytest.raises(Conflict, match=r"rule\.zone_used"):
        obey(board, gone, NOON)
    stop = Revise(kind=RecordKind.RULE, id="stray", body=None, version=1, by="kim", note="그만두었습니다")
    fold(board, *obey(board, stop, NOON).revisions)
    assert obey(board, gone, NOON).revisions[0].body is None


def test_a_file_of_rules_says_the_same_when_it_is_read_again():
    among = Among(kinds=(DeviceKind.WEARABLE,), sites=("집 1", 'a"b'))
    rules = {
        name: a_rule(terms, enabled=True, severity=Severity.SEVERE, among=among, note="줄\n바꿈 \\ 과 \x7f")
        for name, terms in GOOD.items()
    } | {"한글-규칙": a_rule(GOOD["hot"])}
    text = text_of({name: (rule, 3) for name, rule in rules.items()})
    assert rules_of(text, "f") == rules
    assert "# 규칙 / Rule (version 3)" in text
    assert "above = 60.0  # Cel" in text


@pytest.mark.parametrize(
    ("code", "text"), [("rules.file", "[a"), ("rules.body", "a = 1"), ("rules.body", '[a]\nname = "x"\n[a.terms]\nx=1')]
)
def test_a_file_that_is_none_is_refused_by_name(code, text):
    with pytest.raises(Invalid) as problem:
        rules_of(text, "f")
    assert problem.value.code == code


def a_door(board: Any) -> httpx.Client:
    """The records' routes of a platform, over its real desk."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            listed = [one for (kind, _), one in board.records.items() if kind is RecordKind.RULE]
            return httpx.Response(200, content=msgspec.json.encode(listed))
        told = msgspec.json.decode(request.content)
        body = msgspec.convert(told["body"], Rule)
        name = request.url.path.rsplit("/", 1)[1]
        order = Revise(kind=RecordKind.RULE, id=name, body=body, version=told["version"], by="lee", note=told["note"])
        try:
            decision = obey(board, order, NOON)
        except BongsuError as problem:
            return httpx.Response(422, json={"code": problem.code, "detail": problem.code})
        fold(board, *decision.revisions)
        return httpx.Response(200, content=msgspec.json.encode(decision.revisions[0]))

    return httpx.Client(base_url="http://city", transport=httpx.MockTransport(answer))


def test_an_import_revises_what_differs_and_nothing_else():
    door = a_door(a_board_with_a_zone())
    first = {"hot": a_rule(GOOD["hot"]), "mute": a_rule(GOOD["mute"])}
    assert revised(door, first, "처음으로 들임") == {"hot": 1, "mute": 1}
    assert revised(door, first, "다시 들임") == {}
    assert revised(door, {"hot": a_rule(GOOD["hot"], enabled=True)}, "이제 켭니다") == {"hot": 2}


def test_an_import_says_what_the_platform_refused():
    with pytest.raises(Invalid) as problem:
        revised(a_door(a_board_with_a_zone()), {"bad": a_rule(Threshold(property="temperature"))}, "시험합니다")
    assert (problem.value.code, problem.value.facts["detail"]) == ("rules.door", "rule.limit")
