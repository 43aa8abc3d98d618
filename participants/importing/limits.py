"""How much of a file is read. What is larger is refused before it can fill the memory."""

MEGABYTE = 1024 * 1024

MAX_BYTES = 15 * MEGABYTE
"""The file as it is sent."""
MAX_UNPACKED = 160 * MEGABYTE
"""A workbook is a compressed archive; a small one can unpack to anything."""
MAX_STRINGS = 30 * MEGABYTE
"""The texts of a workbook are the one part that has to be kept in memory whole."""
MAX_ROWS = 50_000
MAX_COLUMNS = 100
MAX_TEXT = 32_767
"""Excel's own limit for a cell."""
LARGE = 500
"""Rows above which the check and the import run as jobs."""
