"""What ONVIF cameras tell, as records: streams, presets, notifications and the properties they are observations of."""
