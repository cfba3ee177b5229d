"""Writing examples back as files other tools read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.export.writers.conll import write_conll
from crosslabel.pipeline.export.writers.conllu import write_conllu
from crosslabel.pipeline.export.writers.delimited import write_csv, write_tsv
from crosslabel.pipeline.export.writers.jsonl import write_jsonl
from crosslabel.pipeline.export.writers.slots import write_slots
from crosslabel.pipeline.export.writers.squad import write_squad
from crosslabel.pipeline.export.writers.written import WrittenRows

__all__ = ["ALTERNATIVES", "PARTIAL", "WRITERS", "Writer", "WrittenRows"]

Writer = Callable[[Path, Iterable[Example]], WrittenRows]

WRITERS: dict[str, Writer] = {
    "jsonl": write_jsonl,
    "conll": write_conll,
    "conllu": write_conllu,
    "tsv": write_tsv,
    "csv": write_csv,
    "slots": write_slots,
    "squad": write_squad,
}

PARTIAL = frozenset({"jsonl"})
"""Formats for examples of which not all spans are known. In others, what is not marked counts as
known to be nothing, so such an example must not come there."""

ALTERNATIVES = frozenset({"squad"})
"""Formats in which spans are several ways to say the same, so that one that is known is enough."""
