"""The simulated world: a made city, its traffic, its cameras and its partners. No part of the product."""
