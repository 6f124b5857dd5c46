"""Looks of every form through the public doors: live with a reason, and back at what was recorded."""

from __future__ import annotations

from bongsu.core.errors import Refused
from bongsu.world.partner.terminal import Terminal
from bongsu.world.partner.viewing import Viewing, dial

REASON = "훈련: 영상 확인"


async def ticket(seat: Terminal, viewing: Viewing, **more: str | int) -> str:
    """A ticket for this socket; raises Refused("city.ticket") when there is none."""
    asked = {
        "camera": viewing.camera,
        "incident": viewing.incident,
        "form": "live",
        "nonce": viewing.nonce,
        "epoch": viewing.epoch,
    }
    got = await seat.post("/v1/tickets", {**asked, **more})
    if not got.is_success:
        raise Refused("city.ticket", status=got.status_code, detail=str(got.json().get("code", got.text[:200])))
    return str(got.json()["ticket"])


async def look(seat: Terminal, camera: str, incident: str = "", **more: str | int) -> Viewing:
    """Look at one camera; `more` goes into the ticket's wish. Raises Refused."""
    viewing = await dial(seat, camera, incident)
    viewing.decoding = False
    try:
        await viewing.show(await ticket(seat, viewing, **more))
    except Refused:
        await viewing.close()
        raise
    return viewing
