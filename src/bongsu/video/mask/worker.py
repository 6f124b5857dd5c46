"""The painting process: reads questions from its standard input, answers on its standard output, ends with its input.

Outside the video process's interpreter, so that decoding and encoding hold nobody else's frames back; and whatever a
broken stream does to a decoder, it does to this process alone.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

from bongsu.video.mask.canvas import Canvas, paint
from bongsu.video.mask.words import LENGTH_BYTES, Ask, ask_of, framed

KINDER = 5
"""Nice by so much: when there is too little processor, painted pictures come late before whole ones do."""


def work(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the questions end."""
    canvas: Canvas | None = None
    while (ask := _read(questions)) is not None:
        if ask.begin is not None:
            canvas = Canvas(ask.begin)
        if canvas is None:
            return
        answers.write(framed(paint(canvas, ask.units, flush=ask.flush)))
        answers.flush()


def _read(questions: BinaryIO) -> Ask | None:
    head = questions.read(LENGTH_BYTES)
    body = questions.read(int.from_bytes(head)) if len(head) == LENGTH_BYTES else b""
    return ask_of(body) if body else None


if __name__ == "__main__":
    os.nice(KINDER)
    work(sys.stdin.buffer, sys.stdout.buffer)
