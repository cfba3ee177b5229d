"""Public test sets with human translations and gold labels on both sides, as recipes.

The recipes project the labels of the English side onto the translations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Span
from crosslabel.pipeline.export.writers.squad import write_squad
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.recipe import Recipe
from crosslabel.projection.files.jsonl import RowError, rows

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TaskSet:
    """A corpus to build, and the gold labels of its side a.

    Attributes:
        gold: examples by language and id.
    """

    recipe: Recipe
    gold: Mapping[str, Mapping[str, Example]]


def xquad(data: Path, work: Path, limit: int | None = None) -> TaskSet:
    """Return XQuAD (Artetxe et al. 2020): questions, contexts and answers."""
    gold = {lang: [_question(row["id"], row["target"]) for row in lines]
            for lang, lines in _pairs(data / "qa", "xquad", ("de", "es", "zh", "ar"), limit)}
    [(_, english)] = _pairs(data / "qa", "xquad", ("de",), limit)
    source = work / "xquad.en.json"
    write_squad(source, (_question(row["id"], row["source"]) for row in english))
    return _task_set("xquad", source, work, gold)


def pud(data: Path, work: Path, limit: int | None = None) -> TaskSet:
    """Return PUD treebanks (Zeman et al. 2017): universal parts of speech."""
    folder = data / "pos" / "conllu"
    gold = {lang: list(_examples(folder / f"{lang}_pud.conllu.gz", lang, limit))
            for lang in ("de", "es", "fr", "zh")}
    return _task_set("pud", folder / "en_pud.conllu.gz", work, gold)


def xsid(data: Path, work: Path, limit: int | None = None) -> TaskSet:
    """Return xSID 0.7 (van der Goot et al. 2021): slots as spans, intents as labels."""
    gold = {}
    for lang, lines in _pairs(data / "projection", "xsid", ("de", "da", "nl", "zh"), limit):
        file = work / f"xsid.{lang}.gold.jsonl"
        _write(file, (_request(row, row["target"], row["meta"]["target_intent"]) for row in lines))
        gold[lang] = list(_examples(file, lang, None))
        source = work / "xsid.en.jsonl"
        _write(source, (_request(row, row["source"], row["meta"]["intent"]) for row in lines))
    return _task_set("xsid", source, work, gold)


SETS: dict[str, Callable[[Path, Path, int | None], TaskSet]] = {
    "xquad": xquad, "pud": pud, "xsid": xsid,
}


BITEXT = {lang: f"parallel/tatoeba.en-{lang}.train.tsv.gz" for lang in ("de", "es", "fr")}
"""Files of public bitext by language."""


def with_bitext(wanted: TaskSet, data: Path) -> TaskSet:
    """Return the set for the languages that have bitext.

    The statistical aligner learns from the bitext, too.
    """
    bitext = {lang: str(data / file) for lang, file in BITEXT.items() if lang in wanted.gold}
    values = wanted.recipe.model_dump()
    values["targets"] = list(bitext)
    values["translation"]["given"] = {lang: wanted.recipe.translation.given[lang]
                                      for lang in bitext}
    values["projection"]["bitext"] = bitext
    values["translation"].pop("keep")
    return TaskSet(Recipe.model_validate(values), {lang: wanted.gold[lang] for lang in bitext})


def _task_set(
    name: str, source: Path, work: Path, gold: Mapping[str, Sequence[Example]]
) -> TaskSet:
    given = {lang: work / f"{name}.{lang}.jsonl" for lang in gold}
    for lang, examples in gold.items():
        _write(given[lang], ({"id": example.id, "fields": dict(example.fields)}
                             for example in examples))
    recipe = Recipe.model_validate({
        "name": name, "source": {"path": source, "lang": "en"}, "targets": list(gold),
        "segmentation": {"sentences": False}, "translation": {"given": given},
    })
    return TaskSet(recipe, {lang: {example.id: example for example in examples}
                            for lang, examples in gold.items()})


def _pairs(
    folder: Path, name: str, languages: Sequence[str], limit: int | None
) -> Iterator[tuple[str, list[Row]]]:
    for lang in languages:
        lines = islice(rows(folder / f"{name}.en-{lang}.jsonl.gz"), limit)
        yield lang, [row for _, row in lines if not isinstance(row, RowError)]


def _examples(file: Path, lang: str, limit: int | None) -> Iterator[Example]:
    return (row for row in islice(read(file, lang=lang), limit) if isinstance(row, Example))


def _question(id: str, side: Row) -> Example:
    start = side["answer_start"]
    answer = Span("0", "context", ((start, start + len(side["answer_text"])),), "answer")
    fields = {"question": side["question"], "context": side["context"]}
    return Example(id, "spans", side["lang"], fields, (answer,))


def _request(row: Row, side: Row, intent: str) -> Row:
    return {"id": row["id"], **side, "label": intent}


def _write(file: Path, examples: Iterable[Row]) -> None:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in examples),
                    "utf-8")
