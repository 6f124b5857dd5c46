"""The ways out: one folder a link, strangers to each other; each delivers requests and answers with a receipt."""
