"""One writer: whoever was paused while another took over writes nothing any more."""

from __future__ import annotations

import pytest

from bongsu.core.errors import Conflict
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Role, User
from fakes.desk import NOON, a_report
from fakes.stores import an_entry


async def test_a_paused_writers_late_write_is_refused_and_nothing_of_it_stands(place):
    heard = []
    paused = place.open(on_broken=heard.append)
    await paused.append(an_entry(keys=("a",)), a_report(key="1"))
    fresh = place.open(take_over=True)
    await fresh.append(an_entry(keys=("b",)), a_report(key="2"))

    with pytest.raises(Conflict, match="store.taken_over"):
        await paused.append(an_entry(keys=("c",)), a_report(key="3"))
    with pytest.raises(Conflict, match="store.taken_over"):
        await paused.note(LedgerRow(at=NOON, act=Act.VIEW, who="kim"))
    assert len(heard) == 1

    found = []
    fresh.replay(found.append)
    assert [recorded.seq for recorded in found] == [1, 2]
    assert sorted(letter.request.agency for letter in await fresh.due(NOON, 10)) == ["a", "b"]
    assert await fresh.find_ack(a_report(key="3")) is None
    await fresh.append(an_entry(keys=("c",)), a_report(key="3"))
    fresh.close()
    paused.close()


async def test_a_guest_writes_beside_the_writer_and_takes_nothing_from_it(place, store):
    guest = place.open(guest=True)
    await guest.add_user(User(id="u1", name="kim", role=Role.OPERATOR))
    await guest.note(LedgerRow(at=NOON, act=Act.BACKUP, who="kim"))
    assert await store.note(LedgerRow(at=NOON, act=Act.VIEW, who="lee")) == 2
    guest.close()
