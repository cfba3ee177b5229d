"""Writers of examples as files that other tools read."""

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
"""Formats that mark lost spans. In the other formats text without a mark counts as text without a
span, so an example with a lost span must not be written to them."""

ALTERNATIVES = frozenset({"squad"})
"""Formats whose spans are alternatives to each other, so that one known span is enough."""
