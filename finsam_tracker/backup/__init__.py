"""Encrypted copies of the whole database, and the way back (decision 20)."""
