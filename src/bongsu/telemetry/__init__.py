"""The telemetry plane: what devices tell, on its way to what rules find in it and to the archive. Its own process."""
