"""The layout of CoNLL-2012 (OntoNotes): twelve columns and more, names in the eleventh."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.pipeline.readers.sentences import columns_of
from crosslabel.pipeline.readers.token_columns.bracket_tags import BRACKETS
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.layout import Layout, Tags
from crosslabel.projection.files.limits import MAX_COLUMNS

_DOCUMENT = b"#begin document"
_INDEX, _WORD, _NAMES, _FEWEST = 2, 3, 10, 12
_MISSING_WORD = "[WORD]"
_ROLES = ("document", "part", "number", "word", "part of speech", "parse", "-", "-", "-", "-",
          "names in brackets")


def conll2012(head: Head) -> Layout | None:
    """Return the layout if a file has it, otherwise ``None``."""
    if not any(line.startswith(_DOCUMENT) for _, line in head.lines):
        return None
    rows = _rows(head)
    fitting = [row for row in rows if len(row) >= _FEWEST and row[_INDEX].isdecimal()
               and BRACKETS.has(row[_NAMES])]
    if not fitting or len(fitting) < len(rows) / 2:
        return None
    return Layout(_WORD, (Tags(_NAMES, BRACKETS),), _FEWEST, MAX_COLUMNS, index=_INDEX,
                  roles=_ROLES)


def lacks_words(head: Head) -> bool:
    """Return whether the words of the file were taken out, as in ``*_skel``."""
    return any(row[_WORD:_WORD + 1] == [_MISSING_WORD] for row in _rows(head))


def _rows(head: Head) -> Sequence[Sequence[str]]:
    texts = (line.decode("utf-8", errors="replace") for _, line in head.lines
             if line.strip() and not line.startswith(b"#"))
    return [columns_of(text) for text in texts]
