"""What the office fills in about initiatives."""
