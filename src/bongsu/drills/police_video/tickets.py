"""Forged, replayed, borrowed and late tickets, and asks nobody may make: all refused, and not one frame given."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bongsu.core.clock import wall_clock
from bongsu.drills.police_video.hands import Case, Hands
from bongsu.world.partner import story as stories
from bongsu.world.partner.board import Given
from bongsu.world.partner.terminal import Terminal
from bongsu.world.partner.viewing import Viewing, dial, ticket_for

TICKET_LIFE_S = 10.0
LISTEN_S = 1.5

Twist = Callable[[str, Viewing], str]
"""What is made of a good ticket before it is shown on another socket."""


class Misuse(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt: how it was answered ("" when it was let through) and how many frames came of it."""

    name: str
    answer: str
    frames: int


def forge(ticket: str, **changes: object) -> str:
    """A real ticket with other words and its old signature."""
    payload, _, signature = ticket.partition(".")
    return f"{_pack(_said(payload), changes)}.{signature}"


def sign_anew(ticket: str, **changes: object) -> str:
    """A real ticket's words, some changed, signed with a key of our own."""
    payload = _pack(_said(ticket.partition(".")[0]), changes)
    words = base64.urlsafe_b64decode(payload + "==")
    signature = Ed25519PrivateKey.generate().sign(words)
    return f"{payload}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _said(payload: str) -> dict[str, object]:
    said: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return said


def _pack(said: Mapping[str, object], changes: Mapping[str, object]) -> str:
    words = json.dumps({**said, **changes}, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(words).decode().rstrip("=")


async def misuse(hands: Hands, case: Case, other: Case) -> list[Misuse]:
    """Every way in that must stay shut, on a case that is open; `other` is a second open case elsewhere."""
    given, elsewhere = case.given, other.given
    if given is None or elsewhere is None:
        return []
    tried: list[Awaitable[Misuse]] = [
        _show(hands, given, "forged words", lambda t, v: forge(t, nonce=v.nonce, camera=elsewhere.cameras[0])),
        _show(hands, given, "forged signature", lambda t, v: sign_anew(t, nonce=v.nonce)),
        _show(hands, given, "no ticket at all", lambda t, v: "not-a-ticket"),
        _show(hands, given, "borrowed by another socket", lambda t, v: t),
        _replayed(hands, given),
        _late(hands, given),
        _report(hands, case, "report without a session", "a-session-nobody-gave"),
        _ask(hands.seats["drill-crew"], given.cameras[0], given.incident, "asked by another agency"),
        _ask(hands.officer, _not_in(elsewhere, given), given.incident, "camera of another grant"),
        _ask(hands.officer, given.cameras[0], "I-19700101-00001", "incident that is not"),
        _ask(hands.seats["drill-auditor"], given.cameras[0], given.incident, "asked by an auditor"),
    ]
    return list(await asyncio.gather(*tried))


async def after_close(hands: Hands, given: Given) -> Misuse:
    """A ticket asked for when the case is over."""
    return await _ask(hands.officer, given.cameras[0], given.incident, "asked after the close")


def _not_in(elsewhere: Given, given: Given) -> str:
    return next((camera for camera in elsewhere.cameras if camera not in given.cameras), "no-such-camera")


async def _show(hands: Hands, given: Given, name: str, twist: Twist) -> Misuse:
    """Get a good ticket for one socket and show what `twist` makes of it on another."""
    good = await dial(hands.officer, given.cameras[0], given.incident)
    ticket = await ticket_for(hands.officer, good)
    bad = await dial(hands.officer, given.cameras[0], given.incident)
    await bad.show(twist(ticket, bad))
    outcome = await _outcome(name, bad)
    await good.close()
    return outcome


async def _replayed(hands: Hands, given: Given) -> Misuse:
    """Use a ticket, and show it again on a second socket while the first plays."""
    first = await dial(hands.officer, given.cameras[0], given.incident)
    hands.viewings.append(first)
    ticket = await ticket_for(hands.officer, first)
    await first.show(ticket)
    second = await dial(hands.officer, given.cameras[0], given.incident)
    await second.show(ticket)
    outcome = await _outcome("used before", second)
    await first.close()
    return outcome


async def _late(hands: Hands, given: Given) -> Misuse:
    """Show a ticket after its ten seconds; the socket may be shut before that, which is a refusal as well."""
    viewing = await dial(hands.officer, given.cameras[0], given.incident)
    ticket = await ticket_for(hands.officer, viewing)
    await asyncio.sleep(TICKET_LIFE_S + 0.5)
    await viewing.show_if_open(ticket)
    return await _outcome("too late", viewing)


async def _report(hands: Hands, case: Case, name: str, session: str) -> Misuse:
    """Report a case's end under a session we do not have; were it taken, the case would be over."""
    ended = stories.finish(case.story, case.begun, wall_clock())
    answer = await hands.scsns.claim(ended, session)
    return Misuse(name=name, answer="" if answer.is_taken else answer.type or str(answer.status), frames=0)


async def _ask(seat: Terminal, camera: str, incident: str, name: str) -> Misuse:
    """Ask for a ticket that must not be given; if it is, use it and count what comes."""
    viewing = await dial(seat, camera, incident)
    asked = {
        "camera": camera,
        "incident": incident,
        "form": "live",
        "nonce": viewing.nonce,
        "epoch": viewing.epoch,
    }
    got = await seat.post("/v1/tickets", asked)
    if got.status_code == 403:
        await viewing.close()
        return Misuse(name=name, answer="403", frames=0)
    if "ticket" in got.text and got.is_success:
        await viewing.show(str(got.json()["ticket"]))
        return await _outcome(name, viewing)
    await viewing.close()
    return Misuse(name=name, answer=str(got.status_code), frames=0)


async def _outcome(name: str, viewing: Viewing) -> Misuse:
    over = await viewing.until_over(LISTEN_S)
    answer = viewing.refused or ("closed" if over else "")
    await viewing.close()
    return Misuse(name=name, answer=answer, frames=len(viewing.arrivals))
