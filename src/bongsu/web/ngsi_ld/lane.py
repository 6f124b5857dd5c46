"""The one way entities change: deeds in order, as many as wait in one commit, true and told of only after it.

Deeds are pure functions over a draft. One that fails fails alone; when the commit fails, so does everything in it, and
nothing of it is ever seen.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from bongsu.core.errors import BongsuError, TooMuch
from bongsu.store.ngsi_ld import Notice, Writes
from bongsu.web.ngsi_ld.draft import Draft
from bongsu.web.ngsi_ld.index import Index
from bongsu.wires.ngsi_ld.entity import Entity

WAITING_AT_MOST = 1_000
ENTITIES_AT_ONCE = 2_000
DEEDS_AT_ONCE = 128

T = TypeVar("T")
Deed = Callable[[Draft], T]
Told = dict[str, tuple[Entity | None, Entity | None]]
"""What one deed changed: each entity before and after."""

_encode = msgspec.msgpack.Encoder().encode


class Lane:
    """Takes deeds one after the other; `notify` says which notifications a deed leads to, `told` hands them on."""

    def __init__(
        self,
        index: Index,
        write: Callable[[Writes], Awaitable[None]],
        notify: Callable[[Told], list[Notice]],
        told: Callable[[list[Notice]], None],
        *,
        most: int,
        owned: Callable[[str], bool],
    ) -> None:
        self._index = index
        self._write = write
        self._notify = notify
        self._told = told
        self._most = most
        self._owned = owned
        self._waiting: deque[tuple[Deed[Any], asyncio.Future[Any]]] = deque()
        self._wake = asyncio.Event()

    async def do(self, deed: Deed[T]) -> T:
        """The deed's answer, once what it changed is on disk. Raises what the deed raises, TooMuch, Unavailable."""
        if len(self._waiting) >= WAITING_AT_MOST:
            raise TooMuch("ngsi_ld.busy", retry_after_s=1)
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((deed, done))
        self._wake.set()
        return await done

    async def run(self) -> None:
        """Take deeds for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._group()

    async def _group(self) -> None:
        """Do what waits, commit it, make it true, answer."""
        group = Draft(self._index.find, self._most - len(self._index), self._owned)
        notices: list[Notice] = []
        answers: list[tuple[asyncio.Future[Any], Any]] = []
        while self._waiting and len(answers) < DEEDS_AT_ONCE and len(group.changed) < ENTITIES_AT_ONCE:
            deed, done = self._waiting.popleft()
            if not done.done():  # whoever asked may have gone
                self._try(deed, done, group, notices, answers)
            await asyncio.sleep(0)
        try:
            if group.changed:
                await self._write(_writes(group, notices))
        except BongsuError as problem:
            for done, _ in answers:
                _fail(done, problem)
            return
        self._stand(group)
        self._told(notices)
        for done, answer in answers:
            if not done.done():
                done.set_result(answer)

    def _try(
        self,
        deed: Deed[Any],
        done: asyncio.Future[Any],
        group: Draft,
        notices: list[Notice],
        answers: list[tuple[asyncio.Future[Any], Any]],
    ) -> None:
        draft = group.over()
        try:
            answer = deed(draft)
        except BongsuError as problem:
            _fail(done, problem)
            return
        notices += self._notify({name: (group.find(name), after) for name, after in draft.changed.items()})
        group.take(draft)
        answers.append((done, answer))

    def _stand(self, group: Draft) -> None:
        for name, entity in group.changed.items():
            if entity is None:
                self._index.drop(name)
            else:
                self._index.put(entity)


def _writes(group: Draft, notices: list[Notice]) -> Writes:
    return Writes(
        put={name: _encode(entity) for name, entity in group.changed.items() if entity is not None},
        gone=frozenset(name for name, entity in group.changed.items() if entity is None),
        notices=tuple(notices),
    )


def _fail(done: asyncio.Future[Any], problem: BongsuError) -> None:
    if not done.done():
        done.set_exception(problem)
