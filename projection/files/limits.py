"""How much of a thing is taken, so that no file can fill the memory or hold up a run.

All are far beyond what corpora have; who needs more can cut the file. What is over a limit is
rejected by row with the limit in its reason, a file as a whole by an error.
"""

from __future__ import annotations

MAX_CHARACTERS = 20_000
"""Code points of a text: some pages. ``source.max_characters`` of a recipe sets another limit."""

MAX_RECORD_BYTES = 1 << 24
"""Bytes of a line, and of the lines that are one row together: 16 MiB, read into memory at once."""

MAX_FILE_BYTES = 1 << 29
"""Bytes of a JSON file that has no rows and is read whole: 512 MiB, which take some 10 GiB."""

MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO = 1 << 30, 200
"""A gzipped file or a table may unpack to 1 GiB, or to so many times its size: text rarely passes
20 times, a file made to fill a machine 1,000 times. A batch of an Arrow file, which is unpacked at
once, may take 1 GiB."""

MAX_PARQUET_MEMORY = 1 << 31
"""Bytes that the process may take that unpacks a Parquet file, 2 GiB: no size that such a file
states says how much a page, a dictionary or a list of it becomes."""

MAX_RECIPE_CHARACTERS = 1 << 20
"""Characters of a recipe, where every alias counts as what it stands for."""

MAX_FOLDER_NAME = 100
"""Characters of the name of a recipe and of a language tag: folders are named by them."""

MAX_SIGNS = 1000
"""Signs in a row without a letter, digit or space: to cut them into words takes a time that grows
with the square of their number, half a minute for 20,000."""

MAX_NAME = 1000
"""Characters of an id, a label or the name of a field: they are compared, counted and shown."""

MAX_FIELDS = 100
"""Text fields of a row; every step asks each of them for each segment."""

MAX_ANNOTATIONS = 5000
"""Spans of a row, and relations: methods compare spans of one text with each other."""

MAX_LABELS = 10_000
"""Labels of a corpus. Each is a class that every shard lists; more are mostly a wrong column."""

MAX_COLUMNS = 10_000
"""Columns of a table of text."""

MAX_DEPTH = 100
"""Levels of lists and objects within each other; deeper ones would run out of stack."""
