"""A fire, its crews and the streets: who is sent, by which way, and who may know."""
