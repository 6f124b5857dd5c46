"""What the NGSI-LD door keeps: written whole, read back, and settled, on both databases."""

from __future__ import annotations

from bongsu.core.clock import wall_clock
from bongsu.core.ledger import Act, LedgerRow
from bongsu.store import ngsi_ld
from bongsu.store.ngsi_ld import Notice, Writes
from bongsu.store.restore import restore
from fakes.desk import NOON


async def write(store, **writes):
    await store.db.write(lambda c: ngsi_ld.write(c, Writes(**writes)))


def entities(store):
    return dict(store.db.read_now(lambda c: list(ngsi_ld.entities(c))))


async def test_entities_are_put_put_again_and_dropped_with_their_notices(store):
    many = {f"urn:a:{n}": b"1" for n in range(1200)}
    await write(store, put=many)
    notice = Notice(seq=7, subscription="urn:s:1", body=b"{}", next_ms=5)
    await write(store, put={"urn:a:1": b"2"}, gone=frozenset({"urn:a:2"}), notices=(notice,))
    found = entities(store)
    assert (len(found), found["urn:a:1"], "urn:a:2" in found) == (1199, b"2", False)
    assert store.db.read_now(ngsi_ld.notices) == [notice]
    assert store.db.read_now(ngsi_ld.last_notice) == 7


async def test_a_subscription_keeps_its_counts_when_it_changes_and_takes_its_notices_along(store):
    notices = tuple(Notice(seq=n, subscription="urn:s:1", body=b"{}") for n in (1, 2, 3))
    await store.db.write(lambda c: ngsi_ld.put_subscription(c, "urn:s:1", b"one"))
    await write(store, put={}, notices=notices)
    late = Notice(seq=2, subscription="urn:s:1", body=b"{}", attempts=1, next_ms=9)
    await store.db.write(lambda c: ngsi_ld.settle(c, "urn:s:1", b"counts", [1], late))
    await store.db.write(lambda c: ngsi_ld.put_subscription(c, "urn:s:1", b"two"))
    assert store.db.read_now(lambda c: list(ngsi_ld.subscriptions(c))) == [(b"two", b"counts")]
    assert store.db.read_now(ngsi_ld.notices) == [late, notices[2]]
    await store.db.write(lambda c: ngsi_ld.drop_subscription(c, "urn:s:1"))
    assert store.db.read_now(ngsi_ld.notices) == []


async def test_a_backup_holds_entities_and_subscriptions_and_no_notices(place, store, tmp_path):
    await write(store, put={"urn:a:1": b"1"}, notices=(Notice(seq=1, subscription="urn:s:1", body=b"{}"),))
    await store.db.write(lambda c: ngsi_ld.put_subscription(c, "urn:s:1", b"one"))
    file = tmp_path / "b.bongsu"
    await store.back_up(file, LedgerRow(at=NOON, act=Act.BACKUP, who="kim", reason="b"))
    target = place.another(tmp_path / "other")
    restore(file, target.folder, target.dsn, to=None, replace=False, now=wall_clock(), who="kim")
    again = target.open()
    assert entities(again) == {"urn:a:1": b"1"}
    assert [body for body, _ in again.db.read_now(lambda c: list(ngsi_ld.subscriptions(c)))] == [b"one"]
    assert again.db.read_now(ngsi_ld.notices) == []
    again.close()
