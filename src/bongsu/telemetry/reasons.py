"""Why a reading is not believed, or not heeded."""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """The codes the judge gives; TAKEN is none, LATE goes to the archive nevertheless.

    `NOT_ITS_SOURCE` is a message in which somebody speaks for a device that is not his, `PAST` a clock that was never
    set, `TOO_MANY` a device or source that tells more than it may,
    `WRONG_UNIT` a unit that is none of the property's, or none where one is needed,
    `DISCARDED` messages (not readings) that the buffer had no room for until they could be read.
    """

    TAKEN = 0
    LATE = 1
    DUPLICATE = 2
    TOO_MANY = 3
    FUTURE = 4
    PAST = 5
    SWAPPED = 6
    OUT_OF_RANGE = 7
    NOT_A_NUMBER = 8
    UNKNOWN_PROPERTY = 9
    NOT_ITS_SOURCE = 10
    UNKNOWN_DEVICE = 11
    UNREADABLE = 12
    DISCARDED = 13
    WRONG_UNIT = 14

    @property
    def word(self) -> str:
        """As doors tell it."""
        return self.name.lower()
