"""독거노인 돌봄: tells the welfare officer and the guardians when somebody who lives alone gives no sign of life."""

from bongsu.services.elder_care.respond import Settings, respond

__all__ = ["Settings", "respond"]
