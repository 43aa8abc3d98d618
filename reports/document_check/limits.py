"""How much of a document is read, and how long. What is larger is refused before it can fill the memory.

Measured: a full page of a PDF with a table of 24 rows costs 0.17 s of a processor, so that 60 pages take 10 s, or 20 s
on a machine that is busy with other things.
"""

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
"""The file as it is sent."""
MAX_UNPACKED = 200 * MEGABYTE
"""DOCX and XLSX are compressed archives; a small one can unpack to anything."""
MAX_PARTS = 5_000
"""Files in such an archive."""
MAX_PAGES = 80
MAX_TABLES = 400
MAX_ROWS = 1_000
"""Of one table."""
MAX_COLUMNS = 60
MAX_CELLS = 60_000
"""Of all tables together."""
MAX_RULE_COLUMNS = 14
"""So many columns are tried for being the sum or the base of another."""
MAX_RULE_ROWS = 200
"""So many rows tell what the rule of a table is."""
MAX_COMPARED_TABLES = 150
"""So many tables are compared with each other."""
MAX_CHECK_SECONDS = 15
MAX_TEXT = 500_000
"""Characters of running text; and of one cell or one paragraph far fewer."""
MAX_CELL = 300
MAX_CAPTION = 200
MAX_PARAGRAPH = 5_000
MAX_MEMORY = 1_536 * MEGABYTE
"""Of the process that reads."""
MAX_CPU_SECONDS = 20
MAX_SECONDS = 25
"""On the clock. A web process that answers nothing for 30 seconds is begun anew by its server."""
