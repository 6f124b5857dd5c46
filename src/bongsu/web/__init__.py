"""The core's doors: HTTP and the live board, every one behind a guard that asks the policy."""
