"""NGSI-LD (ETSI GS CIM 009 V1.9.1): what the national City Data Hub speaks, as pure functions over JSON."""
