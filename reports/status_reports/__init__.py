"""Lägesrapporter: asked for when a period closes, written by each initiative's lead, answered by the office."""
