"""The city's NGSI-LD hubs that we listen to: each made ready from `hubs.toml` and the settings of its partner."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx

from bongsu.core.clock import wall_clock
from bongsu.core.errors import Invalid
from bongsu.core.report import Take
from bongsu.settings import Secrets, Settings
from bongsu.sources.ngsi_ld import Hub, HubTerms, read_hubs
from bongsu.sources.ngsi_ld.hub import NOTIFIED, TIMEOUT_S, Publish

FILE = "hubs.toml"


def hubs_of(settings: Settings, secrets: Secrets, take: Take, publish: Publish | None = None) -> dict[str, Hub]:
    """The hubs by their partner's code. Raises Invalid("settings.wrong") for a file that is wrong or names nobody."""
    path = settings.folder / FILE
    hubs = {}
    for terms in read_hubs(path):
        if terms.partner not in secrets.theirs or terms.partner not in secrets.ours:
            raise Invalid("settings.wrong", path=str(path), detail=f"partner {terms.partner}: url, keys")
        hubs[terms.partner] = _hub(terms, settings, secrets, take, publish)
    return hubs


def _hub(terms: HubTerms, settings: Settings, secrets: Secrets, take: Take, publish: Publish | None) -> Hub:
    key = {"Authorization": f"Bearer {secrets.ours[terms.partner]}"}
    client = httpx.AsyncClient(base_url=terms.url, headers=key, timeout=TIMEOUT_S, trust_env=False)
    return Hub(
        terms,
        take,
        wall_clock,
        client,
        name=settings.city.code,
        notify_url=settings.web.public_url.rstrip("/") + NOTIFIED,
        key=secrets.theirs[terms.partner],
        publish=publish,
    )


async def listen_to(hubs: Mapping[str, Hub]) -> None:
    """Keep our subscriptions at all hubs, for ever; of a city without any nothing is done."""
    if not hubs:
        await asyncio.Event().wait()
    await asyncio.gather(*(hub.run() for hub in hubs.values()))
