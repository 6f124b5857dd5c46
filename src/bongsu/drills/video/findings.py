"""What a run of the video drill found, before it is judged."""

from __future__ import annotations

import msgspec

from bongsu.drills.police_video.tickets import Misuse
from bongsu.drills.video.deaths import Illness
from bongsu.drills.video.ends import Ended
from bongsu.drills.video.floors import Floors
from bongsu.drills.video.leaks import Held
from bongsu.drills.video.masks import Masks
from bongsu.drills.video.plan import Plan


class Findings(msgspec.Struct, kw_only=True):
    """Everything measured; `bad_held` is what a camera process known to leak held meanwhile, `bad_unleased` what was
    counted behind a gateway known to go on sending."""

    plan: Plan
    illnesses: list[Illness] = []
    stalls: int = 0
    held: Held | None = None
    bad_held: Held | None = None
    ends: list[Ended] = []
    bad_unleased: int = 0
    floors: Floors | None = None
    masks: Masks | None = None
    misuse: list[Misuse] = []
    seconds: float = 0.0
