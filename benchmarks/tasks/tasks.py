"""Projection onto human translations with gold labels: answers, parts of speech, slots.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.tasks.tasks [--limit N] [--work FOLDER] [--only bitext]

Builds a corpus of each set, from English into four languages, with the human translations as given
ones, then builds it again with bitext for the aligner, for the languages that have bitext. Writes
benchmarks/results/tasks.json and benchmarks/tasks/tasks.md; figures not measured again stay there.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.machine import in_words, machine
from benchmarks.page import table
from benchmarks.paths import DATA, HERE, RESULTS
from benchmarks.tasks.task_scores import Figures, answer_figures, by_id, span_figures, word_figures
from benchmarks.tasks.task_sets import SETS, with_bitext
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs
from crosslabel.pipeline.corpus.records import Example

OUTPUT = RESULTS / "tasks.json"
CHOICES = ("sets", "bitext")
WITH_BITEXT = CHOICES[1]
Measure = Callable[[Mapping[str, Example], Mapping[str, Example]], Figures]
MEASURES: dict[str, Measure] = {
    "xquad": answer_figures, "pud": word_figures, "xsid": span_figures,
}
_TITLES = {
    "xquad": "Answers: XQuAD", "pud": "Parts of speech: PUD treebanks", "xsid": "Slots: xSID",
}
_REMARKS = {
    "xquad": "Contexts are projected whole, not sentence by sentence. The first 60 questions, of "
             "which tests ask, are easier than the others. Words of the projected answer compared "
             "with those of the gold answer as in SQuAD (by characters in Chinese); a lost answer "
             "counts as wrong. *of projected* counts answers that were projected alone, *exact "
             "place* asks for the same characters.",
    "pud": "Words that no link reaches have no label. A word in Chinese text is a character here, "
           "compared with the label of the gold word it lies in. Where a translation is free its "
           "parts of speech differ, so accuracy has a ceiling below 100.",
    "xsid": "Exact spans with their labels. Where a translation has other slots than the English "
            "request, recall has a ceiling below 100. Intents are copied with the row.",
}
_INTRODUCTION = """\
# Tasks beside named entities

Made by `python -m benchmarks.tasks.tasks`. \
English gold labels are projected onto the human translation
of each set by a whole build (`translation.given`, method `cascade`) and compared with the gold
labels of the translation. The statistical aligner learns from the set alone or, in rows
*+ bitext*, also from Tatoeba (`projection.bitext`). Percent.
"""


def main() -> None:
    """Measure, then write the results and their page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, help="Rows of each set; all by default.")
    parser.add_argument("--work", type=Path, help="Folder in which corpora are built and kept.")
    parser.add_argument("--only", choices=CHOICES, help="Without or with bitext; both by default.")
    given = parser.parse_args()
    results: dict[str, Any] = _earlier() | {"machine": machine("cpu"), "limit": given.limit}
    with tempfile.TemporaryDirectory() as folder:
        work = given.work or Path(folder)
        for choice in [given.only] if given.only else CHOICES:
            results[choice] = {name: measure(name, work, given.limit, choice) for name in SETS}
    if given.limit is None:
        OUTPUT.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
        (HERE / "tasks" / "tasks.md").write_text(page(results), "utf-8")
    print(page(results))


def _earlier() -> dict[str, Any]:
    results: dict[str, Any] = json.loads(OUTPUT.read_text("utf-8")) if OUTPUT.is_file() else {}
    return results


def measure(name: str, work: Path, limit: int | None, choice: str) -> dict[str, Figures]:
    """Return the figures of each language of a set, as shares of 1."""
    work.mkdir(parents=True, exist_ok=True)
    wanted = SETS[name](DATA, work, limit)
    if choice == WITH_BITEXT:
        wanted = with_bitext(wanted, DATA)

    def progress(stage: str, done: int, total: int) -> None:
        print(f"{name}: {stage} {done} of {total}", file=sys.stderr)

    out = work / f"{name}-{choice}"
    build(wanted.recipe, out, limit=limit, progress=progress)
    return {
        lang: MEASURES[name](by_id(pair.a for pair in pairs(out, lang)), gold)
        for lang, gold in wanted.gold.items()
    }


def page(results: dict[str, Any]) -> str:
    """Return the page as Markdown."""
    parts = [_INTRODUCTION, in_words(results["machine"]) + "."]
    for name in SETS:
        measured = [(lang + (" + bitext" if choice == WITH_BITEXT else ""), figures)
                    for choice in CHOICES
                    for lang, figures in results.get(choice, {}).get(name, {}).items()]
        columns = list(measured[0][1])
        rows = [[lang, f"{figures[columns[0]]:,}",
                 *(f"{100 * figures[column]:.1f}" for column in columns[1:])]
                for lang, figures in measured]
        heads = ["en →", *(column.replace("_", " ") for column in columns)]
        parts += ["", f"## {_TITLES[name]}", "", _REMARKS[name], "", *table(heads, rows)]
    return "\n".join([*parts, ""])


if __name__ == "__main__":
    main()
