"""Rules: which danger is in a batch of telemetry. Pure and vectorised; one file a danger."""
