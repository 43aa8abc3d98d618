"""Checks a finished document: its tables are read, and what contradicts itself or what was published is listed."""
