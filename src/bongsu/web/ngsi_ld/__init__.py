"""The NGSI-LD door (ETSI GS CIM 009): partners keep entities with us, ask for them, and are told of changes."""
