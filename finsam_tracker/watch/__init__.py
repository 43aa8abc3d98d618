"""Whether the system is well: health, metrics, and the operator's page."""
