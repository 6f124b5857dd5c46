"""Who may do what: every check of the platform is one question to the policies in policy.cedar."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

import cedarpy
import msgspec
import structlog

from bongsu.core.errors import Invalid

CACHED_DECISIONS = 8192
ANONYMOUS = "anonymous"
MACHINE = "machine"

log = structlog.get_logger()


class Action(StrEnum):
    """What can be asked of the platform; every route declares one."""

    SEE_PAGES = "see_pages"
    SEE_HEALTH = "see_health"
    SIGN_IN = "sign_in"
    SEND_AS_PARTNER = "send_as_partner"
    OWN_SESSION = "own_session"
    WATCH_BOARD = "watch_board"
    SEE_BASEMAP = "see_basemap"
    SEE_EVERY_INCIDENT = "see_every_incident"
    SEE_CAMERAS = "see_cameras"
    SEE_EVERY_CAMERA = "see_every_camera"
    ACCEPT = "accept"
    CLOSE = "close"
    MERGE = "merge"
    SPLIT = "split"
    PRIORITISE = "prioritise"
    HAND_OVER = "hand_over"
    EXTEND = "extend"
    TICK = "tick"
    SEE_DISPATCH = "see_dispatch"
    SEND_CREW = "send_crew"
    CALL_CAR = "call_car"
    FILE_REPORT = "file_report"
    SEE_SEARCH = "see_search"
    KEEP_SEARCH = "keep_search"
    SEE_WATCH = "see_watch"
    KEEP_WATCH = "keep_watch"
    READ_RECORDS = "read_records"
    REVISE = "revise"
    LOOK = "look"
    REPLAY = "replay"
    STEER = "steer"
    UNMASK = "unmask"
    SEE_LOAD = "see_load"
    SEE_SIGNALS = "see_signals"
    SEE_OUTBOX = "see_outbox"
    FOLLOW_OUTBOX = "follow_outbox"
    RETRY = "retry"
    READ_LEDGER = "read_ledger"
    SEE_EXPORTS = "see_exports"
    ASK_EXPORT = "ask_export"
    DECIDE_EXPORT = "decide_export"
    DOWNLOAD_EXPORT = "download_export"
    SEE_HOLDS = "see_holds"
    KEEP_HOLDS = "keep_holds"
    SEE_DEVICES = "see_devices"
    SEE_WARD = "see_ward"
    ERASE_WARD = "erase_ward"
    SWAP_ASSETS = "swap_assets"
    READ_REGISTER = "read_register"
    READ_METRICS = "read_metrics"


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: a user, the holder of the run token, or nobody we know."""

    user: str = ""
    role: str = ANONYMOUS
    agency: str = ""
    local: bool = False


class Door(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A route as such, whatever stands behind it."""


class OfGrant(msgspec.Struct, frozen=True, kw_only=True, tag="Grant"):
    """A grant as the policy sees it."""

    agency: str
    live: bool


class OfRecord(msgspec.Struct, frozen=True, kw_only=True, tag="Record"):
    """A record as the policy sees it: a zone, a service's terms, somebody who may sign in …"""

    kind: str


class Sight(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One look through one camera as the policy sees it."""

    agency: str
    live: bool
    names_camera: bool
    may_view: bool
    may_replay: bool
    case_open: bool
    reason_given: bool


class Hand(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One hand on one camera's wheel as the policy sees it."""

    agency: str
    live: bool
    names_camera: bool
    may_steer: bool
    case_open: bool
    reason_given: bool


class Unmasking(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One wish to see what a camera's mask hides, as the policy sees it."""

    agency: str
    live: bool
    names_camera: bool
    may_view: bool
    urgent: bool
    case_open: bool
    reason_given: bool


class OfExport(msgspec.Struct, frozen=True, kw_only=True, tag="Export"):
    """An export as the policy sees it: whose it is, and what the grant it goes through allows."""

    agency: str = ""
    own: bool = False
    live: bool = False
    names_cameras: bool = False
    may_export: bool = False
    after_floor: bool = False


class OfWard(msgspec.Struct, frozen=True, kw_only=True, tag="Ward"):
    """What a ward's devices told, as the policy sees it; `case_open` only of a case that is about them."""

    case_open: bool
    reason_given: bool


class OfDispatch(msgspec.Struct, frozen=True, kw_only=True, tag="Dispatch"):
    """Who is sent to one case and by which way, as the policy sees it."""

    agency: str = ""
    live: bool = False
    case_open: bool = False
    own_crew: bool = False
    by_crew: bool = False


class OfSearch(msgspec.Struct, frozen=True, kw_only=True, tag="Search"):
    """The search for somebody lost, or the watch for somebody who fled, as the policy sees it."""

    agency: str = ""
    live: bool = False
    case_open: bool = False
    names_camera: bool = False


class OfContact(msgspec.Struct, frozen=True, kw_only=True, tag="Contact"):
    """One wish to reach whoever parked a car in the way of a fire case's crews, as the policy sees it."""

    agency: str = ""
    live: bool = False
    fire_case: bool = False
    case_open: bool = False
    by_crew: bool = False
    reason_given: bool = False


Thing = OfContact | OfSearch | OfDispatch | OfExport | OfWard | Door | OfGrant | OfRecord | Sight | Hand | Unmasking
Decide = Callable[..., cedarpy.AuthzResult]
DOOR = Door()


class EngineFailed(Exception):
    """Cedar could not answer; never a permission."""


class Policy:
    """The policies, parsed once; equal questions are answered from memory.

    A decision depends on nothing but the question (policies name attributes, never ids of things), so keeping
    decisions cannot outlive a revocation: whether a grant is live is part of the question.
    """

    def __init__(self, text: str, schema: str, *, decide: Decide = cedarpy.is_authorized) -> None:
        try:
            self._policies = cedarpy.PolicySet.from_str(text)
            self._schema = cedarpy.Schema.from_str(schema)
            verdict = cedarpy.validate_policies(text, schema)
        except ValueError as problem:
            raise Invalid("policy.unreadable", detail=str(problem)) from problem
        if not verdict:
            raise Invalid("policy.unreadable", detail="; ".join(map(str, verdict.errors)))
        self._decide = decide
        self._answer = lru_cache(CACHED_DECISIONS)(self._ask)

    def permits(self, asker: Asker, action: Action, thing: Thing = DOOR) -> bool:
        """Tell whether the policies permit it; when the engine fails the answer is no."""
        try:
            return self._answer(asker, action, thing)
        except (EngineFailed, ValueError, TypeError, KeyError, RuntimeError) as problem:
            log.error("policy.engine_failed", action=action.value, problem=type(problem).__name__)
            return False

    def _ask(self, asker: Asker, action: Action, thing: Thing) -> bool:
        person = {"type": "Person", "id": asker.user or asker.role}
        tree = msgspec.to_builtins(thing)
        resource = {"type": tree.pop("type"), "id": "this"}
        attributes = {"role": asker.role, "agency": asker.agency, "local": asker.local}
        result = self._decide(
            {"principal": person, "action": {"type": "Action", "id": action.value}, "resource": resource},
            self._policies,
            [
                {"uid": person, "attrs": attributes, "parents": []},
                {"uid": resource, "attrs": tree, "parents": []},
            ],
            self._schema,
        )
        if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            raise EngineFailed("; ".join(map(str, result.diagnostics.errors)))
        return result.allowed


def load_policy() -> Policy:
    """The policies this platform ships with. Raises Invalid("policy.unreadable")."""
    folder = files("bongsu.access")
    text = folder.joinpath("policy.cedar").read_text("utf-8")
    return Policy(text, folder.joinpath("policy.cedarschema").read_text("utf-8"))
