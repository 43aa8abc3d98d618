"""How much of a document is read, and how long. What is larger is refused before it can fill the memory.

Measured on two busy cores: a page of a PDF with a table takes 0.2 s, so that 60 pages take about 12 s.
"""

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
"""The file as it is sent."""
MAX_UNPACKED = 200 * MEGABYTE
"""DOCX and XLSX are compressed archives; a small one can unpack to anything."""
MAX_PARTS = 5_000
"""Files in such an archive."""
MAX_PAGES = 120
MAX_TABLES = 400
MAX_ROWS = 3_000
"""Of one table."""
MAX_COLUMNS = 60
MAX_CELLS = 60_000
"""Of all tables together."""
MAX_TEXT = 500_000
"""Characters of running text; and of one cell or one paragraph far fewer."""
MAX_CELL = 300
MAX_CAPTION = 200
MAX_PARAGRAPH = 5_000
MAX_MEMORY = 1_536 * MEGABYTE
"""Of the process that reads."""
MAX_CPU_SECONDS = 40
MAX_SECONDS = 60
"""On the clock, for a machine with much to do."""
