"""The people of the fire drill at their doors, the fire service's system, and where its crews stand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from bongsu.core.errors import Unavailable
from bongsu.core.geo import Point
from bongsu.drills.fire.ground import CODE, PEOPLE
from bongsu.drills.fire.town import corner, spot, where
from bongsu.drills.police_video.ground import Ground
from bongsu.world.partner.terminal import Terminal

CREWS = {"near": (4, 6), "right": (7, 4), "far": (8, 8), "ladder": (6, 8), "silent": (5, 5)}
"""Columns and rows of the crews; `near` is nearest by the straight line, over the river from the fire."""
SILENT_MS = 200_000
WITHIN_S = 30.0


class Hand:
    """The people of the drill at their doors, and the fire service's system."""

    def __init__(self, ground: Ground) -> None:
        self.people = {name: Terminal(ground.url) for name in PEOPLE}
        key = ground.keys[f"BONGSU_PARTNER_{CODE}_KEY"]
        self.system = httpx.AsyncClient(
            base_url=ground.url, trust_env=False, timeout=20.0, headers={"Authorization": f"Bearer {key}"}
        )
        self._passwords = ground.passwords

    async def sit(self) -> None:
        """Everybody signs in."""
        for name, terminal in self.people.items():
            await terminal.sign_in(name, self._passwords[name])

    async def close(self) -> None:
        """Everybody leaves."""
        await self.system.aclose()
        for terminal in self.people.values():
            await terminal.close()

    async def status(self, who: str, method: str, path: str) -> int:
        """What a door answers somebody."""
        terminal = self.people[f"drill-{who}"]
        answer = await (terminal.get(path) if method == "GET" else terminal.post(path, {}))
        return answer.status_code

    async def until(self, who: str, path: str, holds: Callable[[Any], bool]) -> tuple[Any, float]:
        """What a door says once it says so, and the seconds that took; raise Unavailable when it never does."""
        began, last = time.monotonic(), ""
        while time.monotonic() - began < WITHIN_S:
            answer = await self.people[f"drill-{who}"].get(path)
            last = answer.text
            if answer.status_code == httpx.codes.OK and holds(answer.json()):
                return answer.json(), time.monotonic() - began
            await asyncio.sleep(0.1)
        raise Unavailable("drill.not_ready", seconds=WITHIN_S, detail=f"{path}: {last[:600]}")

    async def see(self) -> None:
        """The crews say where they are; one said it last some minutes ago."""
        now_ms = int(time.time() * 1000)
        seen = []
        for name, at in CREWS.items():
            place = where(*spot(corner(*at)))
            late = SILENT_MS if name == "silent" else 0
            seen.append({"unit": name, "lon": place.lon, "lat": place.lat, "phenomenon_time_ms": now_ms - late})
        units = [{"id": name, "name": name, "kind": "engine"} for name in CREWS]
        units[list(CREWS).index("ladder")]["vehicle"] = "ladder"
        (await self.system.post("/v1/observations", json={"observations": seen, "units": units})).raise_for_status()

    async def tell(self, unit: str, at: Point) -> None:
        """A crew says where it is now."""
        seen = {"unit": unit, "lon": at.lon, "lat": at.lat, "phenomenon_time_ms": int(time.time() * 1000)}
        (await self.system.post("/v1/observations", json={"observations": [seen]})).raise_for_status()

    async def call(self, kind: str, at: Point, number: int) -> str:
        """A call comes in; its incident."""
        now = datetime.now(UTC).isoformat()
        body = {"key": f"k{number}", "occurrence": f"o{number}", "step": "10", "kind": kind, "occurred_at": now}
        answer = await self.system.post("/v1/reports", json={**body, "lon": at.lon, "lat": at.lat})
        return str(answer.raise_for_status().json()["incident"])
