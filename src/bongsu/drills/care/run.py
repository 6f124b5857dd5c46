"""One run of the care drill, from an empty folder to a verdict."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bongsu.core.errors import Unavailable
from bongsu.drills.care.centre import Centre, opened
from bongsu.drills.care.ground import GATEWAY, furnish, lay, standing
from bongsu.drills.care.windows import SERVICES, Window, ordinary_homes, windows
from bongsu.drills.outcome import Outcome, Row
from bongsu.drills.police_video.ground import Ground
from bongsu.world.care import SCENES, Case, Scene
from bongsu.world.care.marks import Alarm, Marks, marks_of
from bongsu.world.care.story import DAY_MS, HOUR_MS
from bongsu.world.partner.terminal import Terminal

DAYS = 28
KST_MS = 9 * HOUR_MS
CALM_S, WITHIN_S = 6.0, 90.0
"""All is told when nothing new came for so long; a drill that never calms down is given up."""
TERMS_S = 3.0
"""Within a second of its commit a rule is at the telemetry process; nothing tells the outside when."""
SWITCHED_ON = ("water-leak", "water-burst", "structure-tilt", "structure-crack")
BLIND = ("room-fire", "room-smoke", "room-gas")
BOARD_LIMIT_S = 15.0


async def drill(seed: int, tell: Callable[[str], None], *, keep: Path | None = None) -> Outcome:
    """Run a whole platform, tell it of a month of devices, and hold cases and letters against the truth."""
    now_ms = int(time.time() * 1000)
    begin_ms = (now_ms + KST_MS) // DAY_MS * DAY_MS - KST_MS - (DAYS - 1) * DAY_MS
    scenes = {name: await asyncio.to_thread(make, seed, DAYS, begin_ms) for name, make in SCENES.items()}
    with tempfile.TemporaryDirectory(prefix="bongsu-drill-", ignore_cleanup_errors=True) as temporary:
        folder = keep.resolve() if keep is not None else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        ground = lay(folder)
        tell("a platform with telemetry, a register of devices and a message centre")
        await furnish(ground, SCENES, (device for scene in scenes.values() for device in scene.devices))
        async with opened(ground.keys["BONGSU_NOTICE_KEY"], ground.ports.police) as centre, standing(ground):
            hand = await Hand.seated(ground)
            try:
                return await _exercise(hand, scenes, centre, now_ms, tell)
            finally:
                await hand.close()


class Hand:
    """An administrator's and a gateway's hands on the public doors, and an operator's board."""

    def __init__(self, ground: Ground) -> None:
        self.admin, self.operator = Terminal(ground.url), Terminal(ground.url)
        key = ground.keys[f"BONGSU_PARTNER_{GATEWAY}_KEY"]
        self._gateway = httpx.AsyncClient(
            base_url=ground.url, trust_env=False, timeout=20.0, headers={"Authorization": f"Bearer {key}"}
        )

    @staticmethod
    async def seated(ground: Ground) -> Hand:
        """Signed in, with the board open."""
        hand = Hand(ground)
        await hand.admin.sign_in("drill-admin", ground.passwords["drill-admin"])
        await hand.operator.sign_in("drill-operator", ground.passwords["drill-operator"])
        await hand.operator.open_board()
        return hand

    async def close(self) -> None:
        """Leave."""
        await self._gateway.aclose()
        await self.admin.close()
        await self.operator.close()

    async def revise(self, kind: str, name: str, /, **fields: Any) -> None:
        """Give a record these fields in its next version; a new one is all they say."""
        found: list[dict[str, Any]] = (await self.admin.get("/v1/records", kind=kind)).raise_for_status().json()
        new: dict[str, Any] = {"version": 0, "body": {"type": kind}}
        old = next((one for one in found if one["id"] == name), new)
        body = {**old["body"], **fields}
        order = {"version": old["version"], "body": body, "note": "care drill"}
        (await self.admin.put(f"/v1/records/{kind}/{name}", order)).raise_for_status()

    async def observe(self, body: bytes) -> None:
        """Tell one body; raise Unavailable when the door does not take it."""
        got = await self._gateway.post("/v1/observations", content=body, headers={"Content-Type": "application/json"})
        if got.status_code != httpx.codes.ACCEPTED:
            raise Unavailable("drill.observations", status=got.status_code, detail=got.text[:200])

    def cases(self) -> list[tuple[str, str, int]]:
        """Kind, site and beginning (Unix ms) of every case on the board that a rule found."""
        told = []
        for incident in self.operator.screen.incidents.values():
            for one in (incident, *(incident.get("also") or ())):
                rest = str(one["occurrence"]).partition(":")[2]
                site, _, began_ms = rest.rpartition(":")
                told.append((str(one["kind"]), site, int(began_ms)))
        return told

    async def calm(self, centre: Centre) -> None:
        """Wait until neither cases nor letters have come for a while."""
        deadline, before, since = time.monotonic() + WITHIN_S, (-1, -1), time.monotonic()
        while time.monotonic() < deadline:
            now = (len(self.operator.screen.told), len(centre.letters))
            if now != before:
                before, since = now, time.monotonic()
            if time.monotonic() - since > CALM_S:
                return
            await asyncio.sleep(0.1)
        raise Unavailable("drill.slow", command="care", seconds=WITHIN_S)


async def _exercise(
    hand: Hand, scenes: dict[str, Scene], centre: Centre, now_ms: int, tell: Callable[[str], None]
) -> Outcome:
    """Blind rules first, which must be seen to miss; then every window, then the homes."""
    sent = [one for name in SERVICES for one in windows(name, scenes[name])]
    consented = await _prepare(hand, scenes["wandering"])
    fire = next(one for one in sent if one.case.what == "fire" and one.service == "room_fire")
    tell("a fire while the rules for rooms are off")
    await hand.observe(fire.body)
    await hand.calm(centre)
    blind_is_caught = _marks(hand, [fire.case]).found == 0
    for rule in BLIND:
        await hand.revise("rule", rule, enabled=True)
    await asyncio.sleep(TERMS_S)
    sent = [one for one in sent if one is not fire]
    tell(f"{len(sent)} windows of devices, each with a case or a near-miss")
    board_s = await _send(hand, sent)
    await hand.calm(centre)
    bodies = ordinary_homes(scenes["elder_care"], now_ms)
    tell(f"{len(bodies)} ordinary homes, up to now")
    for body in bodies:
        await hand.observe(body)
    await hand.calm(centre)
    cases = {name: [one.case for one in sent if one.service == name] for name in SERVICES}
    marks = {name: _marks(hand, given) for name, given in cases.items()}
    stray = {site for _, site, _ in hand.cases()} - {case.site for given in cases.values() for case in given}
    return _outcome(marks, sorted(stray), centre, consented, board_s, blind_is_caught)


async def _prepare(hand: Hand, wearers: Scene) -> set[str]:
    """Zones of wearers, consents of every second guardian, and the rules that are off at first, or on too soon."""
    for site, ring in wearers.zones.items():
        await hand.revise("zone", site, name=site, ring=ring)
    consented = set(sorted(wearers.zones)[::2])
    for site in consented:
        await hand.revise("consent", site, services=["wandering"], place=True)
    for rule in SWITCHED_ON:
        await hand.revise("rule", rule, enabled=True)
    for rule in BLIND:
        await hand.revise("rule", rule, enabled=False)
    await asyncio.sleep(TERMS_S)
    return consented


async def _send(hand: Hand, sent: Sequence[Window]) -> list[float]:
    """Send windows one after another; seconds from each true one's answer to its kind and site on the board."""
    took = []
    for one in sent:
        await hand.observe(one.body)
        began = time.monotonic()
        while one.case.true and time.monotonic() - began < BOARD_LIMIT_S:
            if _is_on_board(hand, one.case):
                took.append(time.monotonic() - began)
                break
            await asyncio.sleep(0.01)
    return took


def _is_on_board(hand: Hand, case: Case) -> bool:
    return any((kind, site) == (case.kind, case.site) for kind, site, _ in hand.cases())


def _marks(hand: Hand, cases: Sequence[Case]) -> Marks:
    """Whatever opened at a site is about the case there that lies nearest in time; nothing else was told of it."""
    alarms = []
    for kind, site, began_ms in hand.cases():
        near = min((one.began_ms for one in cases if one.site == site), key=lambda at: abs(at - began_ms), default=None)
        if near is not None:
            alarms.append(Alarm(kind, site, near))
    return marks_of(cases, alarms)


def _outcome(
    marks: dict[str, Marks],
    stray: list[str],
    centre: Centre,
    consented: set[str],
    board_s: list[float],
    blind_is_caught: bool,
) -> Outcome:
    letters = list(centre.letters.values())
    guardians = [one["subject"] for one in letters if one["to"] == "guardian"]
    misses = [f"{name}: missed {what}" for name, one in marks.items() for what in one.missed]
    rows = [
        Row(name="true cases", value=sum(one.true_cases for one in marks.values())),
        Row(name="true cases missed", value=len(misses), limit=0),
        Row(name="near-misses", value=sum(one.near_misses for one in marks.values())),
        Row(name="near-misses that alarmed", value=sum(one.near_misses_alarmed for one in marks.values()), limit=0),
        Row(name="cases nobody put in", value=len(stray), limit=0),
        Row(name="told to case on the board, worst", value=round(max(board_s, default=float("nan")), 3), unit="s"),
        Row(name="letters", value=len(letters)),
        Row(name="letters to guardians", value=len(guardians)),
        Row(name="letters against consent", value=sum(one not in consented for one in guardians), limit=0),
        Row(name="blind rules are caught", value=blind_is_caught, limit=True),
    ]
    figures = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "services": {name: _told(one) for name, one in marks.items()},
        "stray": stray,
        "misses": misses + [row.name for row in rows if row.passed is False],
    }
    return Outcome(figures=figures, rows=tuple(rows), name="care")


def _told(marks: Marks) -> dict[str, Any]:
    """Without how soon: windows are of past days, and `bongsu bench care` measures it by event time."""
    return {key: value for key, value in msgspec.to_builtins(marks).items() if not key.startswith("seconds")}
