"""Good and bad translations for the measurement of quality checks."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks.paths import DATA
from crosslabel.pipeline.quality.texts import CheckedText
from crosslabel.pipeline.translation.translator import Translation

EACH = 250
NEWS = ("ar", "de", "es", "fr", "nl", "pt", "zh")
EVERYDAY = ("de", "es", "fr", "it", "ru", "tr")
_SEVERAL_DIGITS = re.compile(r"\d\d")


@dataclass(frozen=True, slots=True)
class Line:
    """An English sentence and its translation by a person."""

    english: str
    other: str


def human_lines(count: int | None = None) -> dict[tuple[str, str], list[Line]]:
    """Return lines by (data set, language): news, everyday sentences, and Swahili news."""
    files = {("NTREX", lang): f"parallel/ntrex.en-{lang}.tsv.gz" for lang in NEWS}
    files |= {("Tatoeba", lang): f"parallel/tatoeba.en-{lang}.dev.tsv.gz" for lang in EVERYDAY}
    files["LAFAND", "sw"] = "restricted/lafand/lafand.en-swa.dev.tsv.gz"
    return {name: _read(path)[:count] for name, path in files.items()}


def both_kinds(lang: str) -> list[Line]:
    """Return as many everyday sentences as sentences of news."""
    return [line for name in (f"tatoeba.en-{lang}.dev", f"ntrex.en-{lang}")
            for line in _read(f"parallel/{name}.tsv.gz")[:EACH]]


def _read(path: str) -> list[Line]:
    with gzip.open(DATA / path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [Line(row[0], row[1]) for row in rows if len(row) == 2 and all(row)]


def whole(human: str, machine: str, score: float | None = None) -> CheckedText:
    """Return a text that was translated in one piece."""
    return CheckedText(human, machine, segments=(((0, len(human)), (0, len(machine))),),
                       scores=() if score is None else (score,))


def translated(lines: Sequence[Line], translations: Sequence[Translation]) -> list[CheckedText]:
    """Return texts with the translations of a model, without the texts that have none."""
    return [whole(line.english, translation.text, translation.score)
            for line, translation in zip(lines, translations, strict=True) if translation.text]


def _swapped(texts: Sequence[CheckedText]) -> list[CheckedText]:
    following = [*texts[1:], texts[0]]
    return [whole(text.human, other.machine) for text, other in zip(texts, following, strict=True)]


def _each(change: Callable[[CheckedText], str]) -> Callable[[Sequence[CheckedText]],
                                                            list[CheckedText]]:
    return lambda texts: [whole(text.human, change(text)) for text in texts]


def _half_copied(text: CheckedText) -> str:
    ours, theirs = text.machine.split(), text.human.split()
    return " ".join([*ours[:len(ours) // 2], *theirs[len(theirs) // 2:]])


def _looped(text: CheckedText) -> str:
    words = text.machine.split()
    return " ".join([*words, *words[-2:] * 5])


def _without_numbers(texts: Sequence[CheckedText]) -> list[CheckedText]:
    counted = [text for text in texts if _SEVERAL_DIGITS.search(text.human)]
    return [replace(text, machine=re.sub(r"\d+", "", text.machine)) for text in counted]


BROKEN: dict[str, Callable[[Sequence[CheckedText]], list[CheckedText]]] = {
    "translation of the next line": _swapped,
    "source as it is": _each(lambda text: text.human),
    "second half as in the source": _each(_half_copied),
    "last two words six times": _each(_looped),
    "first half only": _each(lambda text: text.machine[:len(text.machine) // 2]),
    "without numbers (texts with numbers)": _without_numbers,
}
OTHER_LANGUAGE = "other language"
