"""Live video as its own process: one connection per camera, many viewers, cut the moment the right ends."""
