"""What cameras showed, kept for as long as the law lets it be kept: recorded as it came, read back by the clock."""

from bongsu.video.recorder.reader import Reader, Span

__all__ = ["Reader", "Span"]
