"""Whether the missing-person map points better at simulated finds than rings of distance."""
