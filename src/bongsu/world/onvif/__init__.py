"""Simulated cameras that speak ONVIF: SOAP over HTTP, a head that turns, events, and answers to discovery."""
