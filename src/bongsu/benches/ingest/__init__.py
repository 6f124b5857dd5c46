"""What the telemetry plane costs: readings of a million devices through the real process, beside the bare limits."""
