"""The office's pages about initiatives."""
