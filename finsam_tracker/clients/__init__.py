"""Machines that use the REST interface: their keys, who answers for them, and what they may send twice."""
