"""A partner's listener that is known to be bad: it knows no message again, and acts on every one as if it were new.

Deliveries are repeated on purpose (an answer may be lost), so a receiver without a unique key acts twice. A drill
that does not catch it proves nothing. No part of the product.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bongsu.core.clock import wall_clock
from bongsu.settings import load, secrets_for
from bongsu.world.partner.listener import Listener, serve
from bongsu.world.partner.log import Heard, Log
from bongsu.world.partner.office import office_of
from bongsu.world.police112.stories import ROOM


class ForgetfulLog(Log):
    """A record that is kept, and never looked at."""

    def write(self, message: Mapping[str, Any], now: datetime) -> Heard:
        """Keep one delivery as if it were the first of its kind."""
        self._keys.clear()
        return super().write(message, now)


def main() -> None:
    """Listen until a signal comes or our standard input closes."""
    words = argparse.ArgumentParser(prog="python -m bongsu.world.forgetful", description=__doc__)
    words.add_argument("--config", type=Path, required=True, help="the city's bongsu.toml")
    words.add_argument("--code", required=True, help="our SCSNS organisation code in it")
    words.add_argument("--log", type=Path, required=True, help="where our own record is kept (JSON lines)")
    told = words.parse_args()
    settings = load(told.config)
    office = office_of(ROOM, settings, secrets_for(settings), told.log, code=told.code)
    with contextlib.closing(ForgetfulLog(office.log)) as log:
        listener = Listener(log, key=office.our_key, now=wall_clock)
        threading.Thread(target=_end_with_stdin, daemon=True).start()
        asyncio.run(serve(listener, host=office.host, port=office.port, ready=_ready))


def _end_with_stdin() -> None:
    while os.read(0, 4096):
        pass
    signal.raise_signal(signal.SIGTERM)


def _ready(port: int) -> None:
    sys.stdout.write(f"the forgetful partner listens on {port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
