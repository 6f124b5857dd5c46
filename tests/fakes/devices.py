"""A telemetry process in memory: a plug, a wristband that protects a ward, and what they told."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from bongsu.core.asking import Erased, Form, History, ListSpots, Quarantined, QuarantineList, Question, SpotNews
from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.device import Device, DeviceKind
from bongsu.core.errors import Unavailable
from bongsu.core.register import register_of
from bongsu.core.trial import Rang, Tried, TryRule
from bongsu.telemetry.answer import Answers
from bongsu.telemetry.latest import Latest

HEARD_MS = 1_795_300_000_000
PLUG = Device(id="D1", kind=DeviceKind.POWER_METER, name="로비 콘센트", observes=("power",))
BAND = Device(id="W1", kind=DeviceKind.WEARABLE, observes=("heart_rate",), ward="ward-7", site="home-7")
DOUBT = Quarantined(at_ms=HEARD_MS, reason="out_of_range", source="gw", device="W1", result=999.0)


class FakeTelemetry:
    """Answers as the process does; `away` is one that is not there, `asked` and `erased` what was wanted of it."""

    def __init__(self) -> None:
        register = register_of([PLUG, BAND])
        latest = Latest()
        latest.grow(register)
        rows = np.array([0, 1], np.int32)
        results = Results(rows, rows, np.array([12.5, 71.0]), np.full(2, HEARD_MS))
        latest.see(Telemetry(results, Places(rows[:0], np.zeros(0), np.zeros(0), np.zeros(0, np.int64)), HEARD_MS))
        self.away = False
        self.asked: list[Question] = []
        self.erased: list[str] = []
        self.shows: list[tuple[ListSpots, Callable[[SpotNews | None], None]]] = []
        self._answers = Answers(
            register=lambda: register, latest=latest, archive=self, quarantine=self, trial=self.trial,
            now_ms=lambda: HEARD_MS,
        )  # fmt: skip

    async def ask(self, question: Question) -> bytes:
        self.asked.append(question)
        if self.away:
            raise Unavailable("telemetry.away")
        return msgspec.json.encode(await self._answers.answer(msgspec.Raw(msgspec.json.encode(question))))

    def show(self, asked: ListSpots, hear: Callable[[SpotNews | None], None]) -> Callable[[], None]:
        show = asked, hear
        self.shows.append(show)
        return lambda: self.shows.remove(show)

    def trial(self, asked: TryRule) -> Tried:
        """One alarm in the asked time, near the first real incident where there is one."""
        real = 0 if asked.reals else None
        rang = Rang(site="home-7", began_ms=asked.from_ms, at_ms=asked.from_ms + 1, real=real)
        missed = tuple(range(1, len(asked.reals)))
        return Tried(rang=(rang,), times=1, near=len(asked.reals[:1]), missed=missed, days=1.0, rows=9)

    async def history(self, asked, device):
        points = {"time_ms": [HEARD_MS], "mean": [71.0]}
        return History(
            device=device.id,
            observed_property=asked.observed_property,
            unit="/min",
            form=Form.RAW,
            readings=1,
            **points,
        )

    async def erase(self, ward: str) -> Erased:
        self.erased.append(ward)
        return Erased(ward=ward, found=True, at_ms=HEARD_MS)

    def listed(self, question):
        return QuarantineList(rows=(DOUBT,), counts={"out_of_range": 1}, sources={"gw": 1})
