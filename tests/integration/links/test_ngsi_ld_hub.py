"""Two platforms joined: one is the city's hub, the other subscribes there, and nothing told is lost or doubled."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bongsu.core.errors import Invalid
from bongsu.core.incident import UNKNOWN_KIND
from bongsu.core.report import Ack, Step
from bongsu.sources.ngsi_ld import Hub, HubTerms, read_hubs, routes
from bongsu.sources.ngsi_ld.mapping import AttributeRule, EventRule, Rules, report_of
from fakes.desk import NOON
from fakes.ngsi_ld import KEY, ROOT, a_hub
from fakes.scsns import a_partner

ALARM = "kr.citydatahub.moj:1.0"
NAMES = AttributeRule(detail="ocrEvtDtlCd", step="ocrSts", where="ocrLc", address="ocrPlc", text="ocrEvtCn")
TERMS = HubTerms(
    partner="DHB",
    url="http://hub",
    event=(EventRule(type=ALARM, detail="접근금지침입", kind="tag_exclusion_zone"),),
    attribute=NAMES,
)
OURS = "key-the-hub-shows"


def an_alarm(number=1, detail="접근금지침입", step="10", **more):
    told = {"ocrEvtDtlCd": detail, "ocrSts": step, "ocrPlc": "올림픽로 1", "ocrEvtCn": "접근금지구역 침입"} | more
    return {
        "id": f"urn:datahub:moj:{number}",
        "type": ALARM,
        "ocrLc": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [127.1, 37.5]}},
        **{name: {"type": "Property", "value": value} for name, value in told.items()},
    }


class Inbox:
    """Commits reports once each by their key, as ours does."""

    def __init__(self):
        self.reports = {}

    async def take(self, report):
        twice = report.key in self.reports
        self.reports.setdefault(report.key, report)
        return Ack(seq=len(self.reports), incident="I1", duplicate=twice)


def a_listener(inbox, client, notify_url="http://127.0.0.1:9/none"):
    return Hub(TERMS, inbox.take, lambda: NOON, client, name="B1", notify_url=notify_url, key=OURS)


async def at(hub):
    """Our client at their door."""
    return httpx.AsyncClient(
        transport=hub.client._transport, base_url=f"http://hub{ROOT}", headers={"Authorization": f"Bearer {KEY}"}
    )


async def test_what_stands_is_taken_once_and_told_again_changes_nothing(tmp_path):
    inbox = Inbox()
    async with a_hub(tmp_path) as hub, await at(hub) as client:
        await hub.make(*(an_alarm(number) for number in range(150)))
        listener = a_listener(inbox, client)
        assert not await listener.stand()
        assert await listener.stand()
        await listener.catch_up()
        await listener.catch_up()
    assert len(inbox.reports) == 150
    one = next(iter(inbox.reports.values()))
    assert (one.kind, one.sender, one.address, one.where.lon) == ("tag_exclusion_zone", "DHB", "올림픽로 1", 127.1)


async def test_a_lost_subscription_is_made_again_and_what_happened_meanwhile_is_taken(tmp_path):
    inbox = Inbox()
    async with a_hub(tmp_path) as hub, await at(hub) as client:
        listener = a_listener(inbox, client)
        await listener.stand()
        (standing,) = (await hub.get("/subscriptions")).json()
        await hub.delete(f"/subscriptions/{standing['id']}")
        await hub.make(an_alarm())
        running = asyncio.create_task(listener.run())
        async with asyncio.timeout(10):
            while not inbox.reports:
                await asyncio.sleep(0.01)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        assert [one["id"] for one in (await hub.get("/subscriptions")).json()] == [standing["id"]]


async def test_a_subscription_somebody_paused_is_made_anew(tmp_path):
    async with a_hub(tmp_path) as hub, await at(hub) as client:
        listener = a_listener(Inbox(), client)
        await listener.stand()
        (standing,) = (await hub.get("/subscriptions")).json()
        await hub.patch(f"/subscriptions/{standing['id']}", {"isActive": False})
        assert not await listener.stand()
        assert await listener.stand()


async def test_the_hubs_own_notification_is_taken_through_our_door_by_its_key_alone(tmp_path, ear_url):
    inbox = Inbox()
    ear, url = ear_url
    async with a_hub(tmp_path) as hub, await at(hub) as client:
        listener = a_listener(inbox, client, url)
        await listener.stand()
        await hub.make(an_alarm())
        (told,) = await ear.wait(1)
        headers = ear.heard[0][0]
    partners = {OURS: a_partner(code="DHB"), "other": a_partner(code="POLICE112")}
    app = Litestar(routes({"DHB": listener}, partners.get), openapi_config=None)
    async with AsyncTestClient(app, raise_server_exceptions=False) as door:
        path = "/v1/ngsi-ld/notifications"
        shown = {"Authorization": headers["authorization"].replace("bearer", "Bearer")}
        assert (await door.post(path, json=told, headers=shown)).status_code == 200
        assert (await door.post(path, json=told, headers=shown)).status_code == 200
        assert (await door.post(path, json=told, headers={"Authorization": "Bearer other"})).status_code != 200
    assert len(inbox.reports) == 1


@pytest.fixture
async def ear_url():
    from fakes.ngsi_ld import an_ear

    async with an_ear() as ear:
        yield ear, ear.url


RULES = Rules(event=TERMS.event, attribute=NAMES)


def test_an_event_without_a_rule_is_a_case_of_unknown_kind_that_names_what_is_missing():
    report = report_of(an_alarm(detail="장치훼손"), RULES, "DHB", NOON)
    assert report.kind == UNKNOWN_KIND
    assert "MAPPING_RULE_NOT_FOUND" in report.text
    assert ALARM in report.text


def test_the_end_of_an_event_is_another_report_of_the_same_case():
    began, ended = (report_of(an_alarm(step=step), RULES, "DHB", NOON) for step in ("10", "91"))
    assert (began.step, ended.step) == (Step.OCCURRED, Step.ENDED)
    assert began.occurrence == ended.occurrence
    assert began.key != ended.key


def test_simplified_entities_say_the_same_as_normalized_ones():
    plain = {"id": "urn:datahub:moj:1", "type": ALARM, "ocrEvtDtlCd": "접근금지침입", "ocrPlc": "올림픽로 1"}
    plain["ocrLc"] = {"type": "Point", "coordinates": [127.1, 37.5]}
    report = report_of(plain, RULES, "DHB", NOON)
    assert (report.kind, report.address, report.where.lat) == ("tag_exclusion_zone", "올림픽로 1", 37.5)


def test_rules_are_read_from_a_file_and_a_wrong_word_in_it_is_said(tmp_path):
    path = tmp_path / "hubs.toml"
    assert read_hubs(path) == ()
    path.write_text('[[hub]]\npartner = "DHB"\nurl = "http://hub"\n[[hub.event]]\ntype = "T"\nkind = "fire"\n')
    (hub,) = read_hubs(path)
    assert hub.event == (EventRule(type="T", kind="fire"),)
    path.write_text('[[hub]]\npartner = "DHB"\nurl = "http://hub"\nevents = []\n')
    with pytest.raises(Invalid, match="settings.wrong"):
        read_hubs(path)
    assert msgspec.structs.asdict(hub)["context"] == ""
