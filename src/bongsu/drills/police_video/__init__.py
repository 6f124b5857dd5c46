"""112 긴급영상: a call becomes live video on the officer's screen and is cut when the case closes, end to end."""

from bongsu.drills.outcome import Outcome
from bongsu.drills.police_video.plan import Plan
from bongsu.drills.police_video.run import drill

__all__ = ["Outcome", "Plan", "drill"]
