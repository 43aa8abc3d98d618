"""Logging in: the second step, lock-out, an organisation's own log-in, and the sessions that follow."""
