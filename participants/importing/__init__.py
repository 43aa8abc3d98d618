"""Spreadsheets in and out. Reads, checks and compares; nothing here writes to the database, the services do that."""
