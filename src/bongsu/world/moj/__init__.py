"""The tracking centre of the Ministry of Justice (위치추적중앙관제센터): tag alarms, and video from nearby."""
