"""An administrator's hand on the records, and an operator's board that remembers when each case was found."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import datetime
from typing import Any

from bongsu.core.errors import Unavailable
from bongsu.drills.care.centre import Centre
from bongsu.drills.police_video.ground import Ground
from bongsu.world.care.marks import Alarm
from bongsu.world.partner.board import Screen
from bongsu.world.partner.terminal import Terminal

CALM_S, WITHIN_S = 6.0, 120.0
"""All is told when nothing new came for so long; a drill that never calms down is given up."""


class Ear(Screen):
    """A screen that keeps, of every case a rule found, its kind, site and the moment it was first known (Unix ms)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Alarm] = {}
        self.real: set[str] = set()

    def hear(self, text: str | bytes, at_s: float, at_ms: float) -> None:
        """Take in one message; what is told of a case later does not change when it was found."""
        super().hear(text, at_s, at_ms)
        told = json.loads(text)
        changed = [told["incident"]] if told.get("what") == "change" else told.get("incidents", ())
        for incident in changed:
            self._keep(incident)

    def _keep(self, incident: dict[str, Any]) -> None:
        for one in (incident.get("own") or incident, *(incident.get("also") or ())):
            site = str(one["occurrence"]).partition(":")[2].rpartition(":")[0]
            at = datetime.fromisoformat(str(one["stated_at"]).replace("Z", "+00:00"))
            alarm = Alarm(str(one["kind"]), site, round(at.timestamp() * 1000))
            self.found.setdefault(str(one["occurrence"]), alarm)
            if incident["status"] != "Exercise":
                self.real.add(str(one["occurrence"]))


class Hand:
    """Both of them, signed in."""

    def __init__(self, ground: Ground) -> None:
        self.admin, self.operator = Terminal(ground.url), Terminal(ground.url)
        self.ear = Ear()
        self.operator.screen = self.ear

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

    async def calm(self, centre: Centre) -> None:
        """Wait until neither cases nor letters have come for a while."""
        deadline, before, since = time.monotonic() + WITHIN_S, (-1, -1), time.monotonic()
        while time.monotonic() < deadline:
            now = (len(self.ear.told), len(centre.letters))
            if now != before:
                before, since = now, time.monotonic()
            if time.monotonic() - since > CALM_S:
                return
            await asyncio.sleep(0.1)
        raise Unavailable("drill.slow", command="care", seconds=WITHIN_S)
