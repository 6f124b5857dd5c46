"""The core's line to the telemetry process: rules and register down, detections and answers up."""
