"""What threads tell the loop."""

from __future__ import annotations

import asyncio
import threading

from bongsu.video.doorbell import Doorbell


async def test_everything_every_thread_tells_is_heard_in_its_order() -> None:
    bell, heard = Doorbell(), []
    done = asyncio.Event()

    def hear(thread: int, number: int) -> None:
        heard.append((thread, number))
        if len(heard) == 8 * 500:
            done.set()

    def speak(thread: int) -> None:
        for number in range(500):
            bell.tell(hear, thread, number)

    threads = [threading.Thread(target=speak, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    async with asyncio.timeout(10):
        await done.wait()
    for at in range(8):
        assert [number for thread, number in heard if thread == at] == list(range(500))


async def test_words_that_fail_swallow_no_others() -> None:
    bell, heard = Doorbell(), []
    problems: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, told: problems.append(told["exception"]))
    bell.tell(lambda: 1 / 0)
    bell.tell(heard.append, 2)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        while not heard:
            await asyncio.sleep(0.01)
    assert (heard, len(problems)) == ([2], 1)


async def test_a_wake_up_is_asked_for_once_while_it_has_not_come(monkeypatch) -> None:
    bell, heard = Doorbell(), []
    loop, asked = asyncio.get_running_loop(), []
    ask = loop.call_soon_threadsafe
    monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *what: asked.append(what) or ask(*what))
    for number in range(100):
        bell.tell(heard.append, number)
    async with asyncio.timeout(5):
        while len(heard) < 100:
            await asyncio.sleep(0.001)
    assert (heard, len(asked)) == (list(range(100)), 1)
