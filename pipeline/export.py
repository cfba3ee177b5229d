"""The target side of a corpus as files other tools read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus import languages, pairs
from pipeline.records import Example
from pipeline.writers.conll import write_conll
from pipeline.writers.jsonl import write_jsonl


@dataclass(slots=True)
class Exported:
    """One written file; ``incomplete`` rows were left out because a span of theirs was lost."""

    path: Path
    rows: int = 0
    incomplete: int = 0


def export(folder: Path, format: str, output: Path) -> list[Exported]:
    """Write one file per language of a corpus: ``<output>/<language>.<format>``.

    JSON lines hold every row with the spans or word labels it has. IOB2 tags cannot say "unknown",
    so in columns rows with a lost span are left out and counted; labels of words can.

    Raises:
        InputError: there is no such corpus.
    """
    output.mkdir(parents=True, exist_ok=True)
    return [_export(folder, lang, format, output) for lang in languages(folder)]


def _export(folder: Path, lang: str, format: str, output: Path) -> Exported:
    done = Exported(output / f"{lang}.{format}")
    if format == "jsonl":
        done.rows = write_jsonl(done.path, (pair.a for pair in pairs(folder, lang)))
    else:
        done.rows = write_conll(done.path, _sayable(folder, lang, done)).sentences
    return done


def _sayable(folder: Path, lang: str, done: Exported) -> Iterator[Example]:
    for pair in pairs(folder, lang):
        if pair.a.task == "words" or all(p.status == "projected" for p in pair.projections):
            yield pair.a
        else:
            done.incomplete += 1
