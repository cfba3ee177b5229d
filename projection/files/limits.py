"""Limits on input, so that no file can fill the memory or hold up a run.

All limits are far beyond the sizes in corpora; larger input can be split. A row over a limit is
rejected with the limit in its reason, a file as a whole with an error.
"""

from __future__ import annotations

MAX_CHARACTERS = 20_000
"""Code points of a text: a few pages. ``source.max_characters`` of a recipe sets another limit."""

MAX_RECORD_BYTES = 1 << 24
"""Bytes of a line, and of lines that form one row together: 16 MiB, read into memory at once."""

MAX_FILE_BYTES = 1 << 29
"""Bytes of a JSON file without rows, which is read whole: 512 MiB, which take about 10 GiB."""

MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO = 1 << 30, 200
"""A compressed file or a table may unpack to 1 GiB, or to this many times its size: text rarely
exceeds 20 times, a file made to fill a machine reaches 1,000 times. A batch of an Arrow file, which
is unpacked at once, may take 1 GiB."""

MAX_WINDOW_BYTES = 1 << 28
"""Memory in bytes that unpacking an xz or zstandard file may take, 256 MiB: the strongest usual
settings of both take half of it."""

MAX_PARQUET_MEMORY = 1 << 31
"""Memory in bytes of the process that unpacks a Parquet file, 2 GiB: the sizes stated in the file
do not tell how large its pages, dictionaries or lists become."""

MAX_RECIPE_CHARACTERS = 1 << 20
"""Characters of a recipe; an alias counts as much as the text it stands for."""

MAX_FOLDER_NAME = 100
"""Characters of the name of a recipe and of a language tag, which become names of folders."""

MAX_SIGNS = 1000
"""Signs in a row without a letter, digit or space: the time to cut them into words grows with the
square of their number; 20,000 take half a minute."""

MAX_NAME = 1000
"""Characters of an id, a label or the name of a field, which are compared, counted and shown."""

MAX_FIELDS = 100
"""Text fields of a row; every step processes each field of each segment."""

MAX_ANNOTATIONS = 5000
"""Spans, and relations, of a row: methods compare the spans of a text with each other."""

MAX_LABELS = 10_000
"""Labels of a corpus. Every shard lists each as a class; more usually mean a wrong column."""

MAX_COLUMNS = 10_000
"""Columns of a table of text."""

MAX_DEPTH = 100
"""Levels of nested lists and objects; deeper nesting would run out of stack."""
