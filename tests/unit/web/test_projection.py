"""Over random boards: an agency is never sent a foreign incident, grant or camera, whatever happened before."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bongsu.core.entry import Entry, Recorded
from bongsu.core.grant import Grant
from bongsu.core.incident import Change, State, What
from bongsu.core.person import Role, Session
from bongsu.desk.board import Board
from bongsu.web.connection import Connection
from bongsu.web.live import LiveBoard
from bongsu.web.telling import Audience
from fakes.city import a_camera, a_city
from fakes.desk import NOON, Clock
from fakes.platform import a_grant, an_incident

AGENCIES = ("alpha", "beta", "gamma")
CASES = ("I0", "I1", "I2", "I3")
SERVICES = ("police_video", "police_dispatch")
CITY = a_city([a_camera(f"CAM-{agency}-{case}") for agency in AGENCIES for case in CASES])

steps = st.lists(
    st.tuples(
        st.sampled_from(CASES),
        st.sampled_from(["note", "grant", "end", "close", "wait", "extend"]),
        st.sampled_from(AGENCIES),
        st.sampled_from(SERVICES),
    ),
    min_size=1,
    max_size=25,
)


class Scene:
    """A board that random steps play on; `told` is what one agency's listener got at each step."""

    def __init__(self, agency: str) -> None:
        self.agency = agency
        self.clock, self.board = Clock(), Board()
        self.live = LiveBoard(now=self.clock, board=lambda: self.board, city=lambda: CITY)
        self.session = Session(
            id="s", user="u", name="n", role=Role.AGENCY, agency=agency, origin="", since=NOON, until=NOON
        )

    def join(self, after: int | None = None) -> Connection:
        return self.live.join(self.session, Audience(agency=self.agency), after)

    def may_see(self) -> set[str]:
        """The ground truth, written apart from the code under test."""
        return {
            grant.incident
            for grant in self.board.grants.values()
            if grant.agency == self.agency
            and not grant.ended
            and self.clock() < grant.until
            and self.board.incidents[grant.incident].state is State.OPEN
        }

    def play(self, case: str, what: str, agency: str, service: str) -> None:
        if what == "wait":
            return self.clock.forward(700)
        old = self.board.incidents.get(case)
        secret = f"SECRET-{case}"
        if old is None:
            return self._record(What.OPENED, an_incident(case, text=secret, opened_at=self.clock()))
        if old.is_over:
            return None
        standing = {grant.id: grant for grant in self.board.grants_of(case)}
        fresh = a_grant(case, agency, [f"CAM-{agency}-{case}"], service=service)
        known = standing.get(fresh.id)
        incident = replace(old, version=old.version + 1)
        if what == "close":
            ended = [replace(g, version=g.version + 1, ended=True) for g in standing.values() if not g.ended]
            return self._record(What.CLOSED, replace(incident, state=State.CLOSED), *ended)
        until = self.clock() + timedelta(minutes=20)
        if what == "grant":
            version = known.version + 1 if known else 1
            return self._record(What.MOVED, incident, replace(fresh, version=version, until=until))
        if known is None or known.ended:
            return self._record(What.NOTED, incident)
        if what == "extend":
            later = replace(known, version=known.version + 1, until=until)
            return self._record(What.EXTENDED, incident, later, grant=known.id, until=until)
        return self._record(What.LAPSED, incident, replace(known, version=known.version + 1, ended=True))

    def _record(self, what: What, incident: Any, *grants: Grant, **fields: Any) -> None:
        change = Change(what=what, incident=incident, at=self.clock(), by="system", **fields)
        recorded = Recorded(seq=self.board.seq + 1, entry=Entry(changes=(change,), grants=grants))
        self.board.apply(recorded)
        self.live.tell(recorded)


def drain(listener: Connection) -> list[str]:
    words = list(listener._words)
    listener._words.clear()
    return words


def check(words: list[str], scene: Scene) -> None:
    may = scene.may_see()
    others = [agency for agency in AGENCIES if agency != scene.agency]
    for text in words:
        word = msgspec.json.decode(text)
        assert set(re.findall(r"SECRET-(I\d)", text)) <= may, f"told of a case it may not see: {text}"
        assert not any(f"CAM-{agency}" in text or f".{agency}" in text for agency in others), text
        if word["what"] == "gone":
            assert word["incident"] not in may or word["grant"].endswith(scene.agency)
        for grant in word.get("grants", []):
            assert grant["agency"] == scene.agency
            assert grant["ended"] is False or grant["views"] == []


@settings(max_examples=120, deadline=None)
@given(steps, st.integers(0, 24), st.booleans())
def test_an_agency_never_receives_what_it_may_not_see(played: list[Any], broke_at: int, back: bool) -> None:
    scene = Scene("alpha")
    listener: Connection | None = scene.join()
    for number, step in enumerate(played):
        if number == broke_at and back:
            listener = None
        scene.play(*step)
        if listener is not None:
            check(drain(listener), scene)
    check(drain(scene.join()), scene)
    check(drain(scene.join(after=0)), scene)


@settings(max_examples=120, deadline=None)
@given(steps, st.integers(0, 24))
def test_a_client_that_follows_or_resumes_knows_what_a_fresh_snapshot_knows(played: list[Any], broke_at: int) -> None:
    """Incidents it may see are the same by all three ways (grants out of time aside: the client's clock ends those)."""
    scene = Scene("alpha")
    following = scene.join()
    known, resumed = Client(), Client()
    known.hear(drain(following))
    resumed.hear(drain(scene.join()))
    for number, step in enumerate(played):
        scene.play(*step)
        known.hear(drain(following))
        if number <= broke_at:
            resumed = Client()
            resumed.hear(drain(scene.join()))
    resumed.hear(drain(scene.join(after=resumed.seq)))
    may = scene.may_see()
    assert may <= set(known.cases)
    assert may <= set(resumed.cases)
    for case in may:
        assert known.cases[case] == resumed.cases[case] == scene.board.incidents[case].version


class Client:
    """What the console does with words, as far as incidents go."""

    def __init__(self) -> None:
        self.cases: dict[str, int] = {}
        self.seq = 0

    def hear(self, words: list[str]) -> None:
        for text in words:
            word = msgspec.json.decode(text)
            self.seq = max(self.seq, word.get("seq", 0))
            if word["what"] == "snapshot":
                self.cases = {one["id"]: one["version"] for one in word["incidents"]}
            elif word["what"] == "change":
                self.cases[word["incident"]["id"]] = word["incident"]["version"]
            elif word["what"] == "gone":
                self.cases.pop(word["incident"], None)
