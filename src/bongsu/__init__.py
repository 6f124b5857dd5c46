"""Bongsu: the smart-city integrated platform."""
