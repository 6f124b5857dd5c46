"""Notifications out: to endpoints that partners named, at addresses that were looked at first."""
