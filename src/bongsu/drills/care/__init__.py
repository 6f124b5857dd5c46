"""Seven care services through the public doors: what devices tell becomes cases, letters and silence."""
