"""Ids of rows that the input gives none.

They come from the texts of a row, so a row keeps its id when rows before it are added or removed,
when its file is renamed or converted, and when its labels are corrected.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.readers.rows import values
from crosslabel.pipeline.readers.rows.values import Row

UNNAMED = ""
"""Id of an example before it gets one."""

_BYTES = 8


def row_id(row: Row) -> str:
    """Return the id of a row, or :data:`UNNAMED` if it is missing, null or empty.

    Raises:
        InputError: the id is neither a string nor an integer.
    """
    return UNNAMED if row.get("id") in (None, "") else values.name(row, "id")


class RowIds:
    """A giver of ids that counts how often it has seen the texts of a row."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()

    def named(self, example: Example) -> Example:
        """Return an example with an id; one that has an id is returned as it is.

        The id is the hexadecimal hash of its texts; the second row with these texts in a language,
        whatever its region or script, ends in ``-2``, and so on.
        """
        if example.id != UNNAMED:
            return example
        texts = hashed(example.fields)
        language = example.lang.partition("-")[0]
        self._seen[language, texts] += 1
        occurrence = self._seen[language, texts]
        return replace(example, id=texts if occurrence == 1 else f"{texts}-{occurrence}")


def hashed(fields: Mapping[str, str]) -> str:
    """Return the hash of texts and their names as 16 hexadecimal digits."""
    content = json.dumps(list(fields.items())).encode()
    return hashlib.blake2b(content, digest_size=_BYTES).hexdigest()
