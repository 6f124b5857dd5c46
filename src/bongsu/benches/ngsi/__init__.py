"""What the NGSI-LD door costs: updates a second onto the disk, and a change among many subscriptions."""
