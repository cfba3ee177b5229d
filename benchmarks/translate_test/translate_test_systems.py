"""The compared systems: students of English and of translations, and labels of translated text.

Every setting works in a folder that holds copies of the recipes in benchmarks/swahili/recipes,
``english.jsonl`` and the gold files; existing files are kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.paths import HERE
from benchmarks.translate_test.translate_test_sets import GOLD, TAGS, write_english, write_gold
from crosslabel.finetune.features.featurize import featurize
from crosslabel.finetune.features.options import feature_options
from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.run import PREDICTIONS, finetune
from crosslabel.finetune.scores.evaluate import compare_runs
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import read_manifest
from crosslabel.pipeline.export.export import export
from crosslabel.pipeline.recipe.file import load, load_as

RECIPES = HERE / "swahili" / "recipes"
ZERO_SHOT, TRAIN, TEST = "zero-shot", "translate-train", "translate-test"
_MAX_LENGTH = 128


@dataclass(frozen=True, slots=True)
class Setting:
    """A translation model and the test sets of its languages.

    Attributes:
        gold: names of gold sets.
        changes: to the recipes of the corpora, as ``key=value``, paths relative to the working
            directory.
        training: changes to the recipes of the students.
    """

    folder: Path
    gold: Sequence[str]
    changes: Sequence[str] = ()
    training: Sequence[str] = ()

    @property
    def langs(self) -> list[str]:
        """Languages of the gold sets."""
        return list(dict.fromkeys(GOLD[name].lang for name in self.gold))


def prepare(setting: Setting) -> dict[str, Any]:
    """Write the files, build the corpus of translate-train and all features; return its counts."""
    folder = setting.folder
    folder.mkdir(parents=True, exist_ok=True)
    for file in RECIPES.glob("*.yaml"):
        shutil.copy2(file, folder)
    write_english(folder / "english.jsonl")
    student = _recipe(setting).student
    for name in setting.gold:
        gold = write_gold(name, folder / f"{name}.jsonl")
        options = feature_options(task="token", max_length=_MAX_LENGTH, labels=TAGS,
                                  evaluation=True)
        featurize(gold, features(setting, name), student, options, lang=GOLD[name].lang)
    targets = f"targets=[{', '.join(setting.langs)}]"
    recipe = load(str(folder / "translate-train.yaml"), [targets, *setting.changes])
    build(recipe, folder / "train")
    languages: dict[str, Any] = read_manifest(folder / "train")["languages"]
    return languages


def features(setting: Setting, gold: str) -> Path:
    """Return the folder of the features of a gold set."""
    return setting.folder / "features" / gold


def train(setting: Setting, seeds: Sequence[int]) -> dict[str, dict[str, list[Path]]]:
    """Train the students; return predictions by system and gold set, one file for each seed."""
    return {
        system: {name: [_student(setting, file, seed) / "evaluation" / name / PREDICTIONS
                        for seed in seeds] for name in setting.gold}
        for system, file in ((ZERO_SHOT, "zero-shot.yaml"), (TRAIN, "student.yaml"))
    }


def _student(setting: Setting, file: str, seed: int) -> Path:
    recipe = load_as(FinetuneRecipe, str(setting.folder / file),
                     [*setting.training, f"training.seed={seed}"])
    evaluation = {name: {"path": features(setting, name)} for name in setting.gold}
    values = recipe.model_dump(exclude_unset=True) | {"evaluation": evaluation}
    out = setting.folder / "runs" / f"{recipe.name}-{seed}"
    finetune(FinetuneRecipe.model_validate(values), out)
    return out


def training(setting: Setting) -> dict[str, Any]:
    """Return the encoder and the training options of the students, the same for both."""
    recipe = _recipe(setting)
    return {"student": recipe.student, "training": recipe.training.model_dump(mode="json")}


def _recipe(setting: Setting) -> FinetuneRecipe:
    return load_as(FinetuneRecipe, str(setting.folder / "student.yaml"), setting.training)


def label_translations(setting: Setting) -> dict[str, Path]:
    """Return the predictions of translate-test by gold set."""
    return {name: _translate_test(setting, name) for name in setting.gold}


def _translate_test(setting: Setting, name: str) -> Path:
    folder, lang = setting.folder / "test" / name, GOLD[name].lang
    changes = [f"name={name}", f"source.path={setting.folder / name}.jsonl",
               f"source.lang={lang}", *setting.changes]
    build(load(str(setting.folder / "translate-test.yaml"), changes), folder)
    return export(folder, "predictions", folder / "export")[0].path


def measure(
    setting: Setting, predictions: Mapping[str, Mapping[str, Sequence[Path]]]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return figures by gold set, system and metric, means over the files of a system."""
    figures: dict[str, dict[str, dict[str, Any]]] = {}
    for name in setting.gold:
        runs = {system: files[name] for system, files in predictions.items()}
        by_language = compare_runs(features(setting, name), runs)
        figures[name] = {
            system: {metric: figure.as_values() for metric, figure in metrics.items()}
            for system, metrics in by_language[GOLD[name].lang].items()
        }
    return figures
