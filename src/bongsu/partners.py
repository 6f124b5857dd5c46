"""What the settings say of our partners, made ready: who may come in, what codes they speak, how we reach them."""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from pathlib import Path

from bongsu.core.clock import Monotonic, Now
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.core.report import Authenticate, Partner
from bongsu.core.request import Deliver, Receipt, Request
from bongsu.gateways.notice import Client as MessageCentre
from bongsu.gateways.parked_cars import Authority
from bongsu.gateways.scsns import Client
from bongsu.settings import Secrets, Settings
from bongsu.web.condition import Links
from bongsu.web.meters import Meters
from bongsu.wires.scsns.codes import Codes, builtin_codes, read_codes


def authenticate_with(settings: Settings, secrets: Secrets, heard: Callable[[str], None]) -> Authenticate:
    """Who holds a key; every partner's key is compared, in constant time, whichever matches. `heard` is told who."""

    def authenticate(key: str) -> Partner | None:
        found = None
        for partner in settings.partners:
            if compare_digest(secrets.theirs[partner.code].encode(), key.encode()):
                found = partner
        if found is not None:
            heard(found.code)
        return found

    return authenticate


def codes_of(settings: Settings) -> Codes:
    """The event codes that hold here: ours, added to and overruled by the file the settings name. Raises Invalid."""
    if not settings.scsns.codes:
        return builtin_codes()
    try:
        return read_codes(Path(settings.scsns.codes).read_text("utf-8"), builtin_codes())
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid("settings.unreadable", path=settings.scsns.codes, detail=str(problem)) from problem


def clients_of(
    settings: Settings, secrets: Secrets, codes: Codes, address_of: Callable[[Point], str], now: Now
) -> dict[str, Client | MessageCentre]:
    """The client of each agency that has a partner with an SCSNS listener, and the message centre's."""
    centre = settings.notice
    told = {centre.agency: MessageCentre(centre.url, secrets.notice, timeout_s=centre.timeout_s)} if centre.url else {}
    return told | {
        partner.agency: Client(
            partner,
            secrets.ours[partner.code],
            settings.city.code,
            settings.web.public_url,
            now,
            codes=codes,
            address_of=address_of,
        )
        for partner in settings.partners
        if partner.url
    }


def measured(agency: str, deliver: Deliver, meters: Meters, links: Links, monotonic: Monotonic) -> Deliver:
    """A gateway whose every try is measured, and remembered as the state of the link."""

    async def tried(request: Request) -> Receipt:
        begun = monotonic()
        receipt = await deliver(request)
        meters.tried(agency, receipt.delivered, monotonic() - begun)
        links.tried(agency, receipt.delivered)
        return receipt

    return tried


def authority_of(settings: Settings, secrets: Secrets) -> Authority | None:
    """The vehicle-contact authority, None while the city has none."""
    terms = settings.parked_cars
    return Authority(terms.url, secrets.parked_cars, secrets.plates, timeout_s=terms.timeout_s) if terms.url else None
