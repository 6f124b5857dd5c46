"""The ways in: one folder a link, strangers to each other; each hands over what it read and waits for the commit."""
