"""Corpora, translations and features for the comparison of cross-lingual systems."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.paths import DATA
from crosslabel.finetune.features.featurize import featurize
from crosslabel.finetune.features.options import feature_options
from crosslabel.finetune.sidecar import Sidecar
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import read_manifest
from crosslabel.pipeline.recipe import Recipe

_MAX_LENGTH = 128


@dataclass(frozen=True, slots=True)
class Setting:
    """English training text, its translations, and gold files.

    Attributes:
        name: of the corpus.
        source: files of English labelled text, read one after the other.
        tests: gold file by language.
        given: translations by language; without them the shipped model translates.
        changes: to the recipe of the training corpus.
    """

    name: str
    source: tuple[str, ...]
    format: str
    tests: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def langs(self) -> tuple[str, ...]:
        """Target languages."""
        return tuple(self.tests)


def _conll(translator: str, **changes: Any) -> Setting:
    """Return CoNLL-2003 English with one system's translations, tested on German and Spanish."""
    return Setting(
        name=f"conll-{translator.removesuffix('MT').lower()}",
        source=("restricted/conll/en.train.jsonl.gz",), format="jsonl",
        tests={lang: f"restricted/conll/{lang}.test.jsonl.gz" for lang in ("de", "es")},
        given={lang: f"restricted/conll/en.train.mt-{lang}.{translator}.jsonl.gz"
               for lang in ("de", "es")},
        changes=changes,
    )


SETTINGS: Mapping[str, Setting] = {
    "ner": _conll("MarianMT"),
    "ner-deepl": _conll("DeepL"),
    # Projects only nearly certain spans, so that the treatment of lost spans matters.
    "ner-strict": _conll("MarianMT", projection={"precision": 0.99}),
    "pos": Setting(
        name="lines-partut",
        source=("restricted/pos_en/en_lines-ud-train.conllu.gz",
                "restricted/pos_en/en_partut-ud-train.conllu.gz"),
        format="conllu", tests={lang: f"pos/conllu/{lang}_pud.conllu.gz" for lang in ("de", "es")},
        # Links that both directions agree on, and no words in between: each word is a span.
        changes={"projection": {"method": "inter", "rules": {"gap": 0, "fill": 0}}},
    ),
}


def prepare(setting: Setting, folder: Path, student: str, threads: int) -> dict[str, Any]:
    """Build everything that is not there yet and return its counts.

    The features are ``english`` alone, pairs of the training corpus for each treatment of lost
    spans (``mask``, ``drop_pair``, ``outside``), and each gold file (``test-de`` …) with English
    machine translations on side b.
    """
    source = _source(setting, folder)
    corpus = _build(setting, folder, source, threads)
    features = folder / "features"
    made: dict[str, Sidecar] = {}
    for choice in ("mask", "drop_pair", "outside"):
        options = feature_options(task="token", max_length=_MAX_LENGTH, on_lost_span=choice)
        made[choice] = featurize(corpus, features / choice, student, options)
    labels = made["mask"].labels
    train = feature_options(task="token", max_length=_MAX_LENGTH, labels=labels)
    made["english"] = featurize(source, features / "english", student, train, lang="en",
                                format=setting.format)
    gold = train.model_copy(update={"evaluation": True})
    for lang, name in setting.tests.items():
        made[f"test-{lang}"] = featurize(
            DATA / name, features / f"test-{lang}", student, gold, lang=lang,
            format=setting.format, translations=_translated(setting, folder, lang, threads),
        )
    return {"corpus": read_manifest(corpus)["languages"],
            "features": {name: sidecar.counts for name, sidecar in made.items()}}


def _source(setting: Setting, folder: Path) -> Path:
    """Return the file of training text; several files are joined into one."""
    if len(setting.source) == 1:
        return DATA / setting.source[0]
    joined = folder / f"source.{setting.format}.gz"
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.GzipFile(joined, "wb", mtime=0) as out:
        for name in setting.source:
            with gzip.open(DATA / name) as part:
                out.write(part.read())
    return joined


def _build(setting: Setting, folder: Path, source: Path, threads: int) -> Path:
    given = {lang: str(DATA / name) for lang, name in setting.given.items()}
    translation = {"translation": {"given": given}, "segmentation": {"sentences": False}}
    recipe = _recipe(setting.name, source, setting.format, "en", setting.langs, threads,
                     output={"shard_rows": 1000}, **(translation if given else {}),
                     **setting.changes)
    build(recipe, folder / "corpus")
    return folder / "corpus"


def _translated(setting: Setting, folder: Path, lang: str, threads: int) -> Path:
    """Translate a gold file into English by machine and return the corpus."""
    out = folder / f"{lang}-en"
    recipe = _recipe(f"{setting.name}-{lang}-en", DATA / setting.tests[lang], setting.format, lang,
                     ("en",), threads, segmentation={"sentences": False},
                     projection={"method": "statistical"})
    build(recipe, out)
    return out


def _recipe(
    name: str, source: Path, format: str, lang: str, targets: tuple[str, ...], threads: int,
    **parts: Any,
) -> Recipe:
    return Recipe.model_validate({
        "name": name, "source": {"path": source, "format": format, "lang": lang},
        "targets": targets, "engine": {"threads": threads}, **parts,
    })
