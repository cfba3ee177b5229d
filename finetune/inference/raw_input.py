"""Files that are not features yet, made into features of the model that is to read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from finetune.features.featurize import featurize
from finetune.features.options import feature_options
from finetune.schema import Task
from pipeline.build import Progress
from pipeline.storage import read_json
from projection.errors import InputError, at

_TASKS: dict[str, Task] = {"ForTokenClassification": "token", "ForSequenceClassification":
                           "sequence", "ForQuestionAnswering": "qa"}


def featurize_for(
    model: Path,
    input: Path,
    out: Path,
    *,
    translations: Path | None = None,
    lang: str | None = None,
    format: str | None = None,
    max_length: int | None = None,
    stride: int | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> None:
    """Features of a file, labelled or not, with the tokenizer and the classes of a model.

    Args:
        model: folder of a fine-tuned model, with its tokenizer.
        max_length, stride: as in :class:`finetune.features.options.FeatureOptions`.

    Raises:
        InputError: the model or the file cannot be used.
    """
    task, labels = _facts(model)
    sizes = {"max_length": max_length, "stride": stride}
    options = feature_options(
        task=task, labels=labels, nested="outermost",
        **{name: size for name, size in sizes.items() if size is not None},
    )  # fmt: skip
    featurize(input, out, str(model), options, translations=translations, lang=lang, format=format,
              progress=progress)


def _facts(model: Path) -> tuple[Task, tuple[str, ...]]:
    """The task and the class names of a model, as its config tells them."""
    config = read_json(model / "config.json")
    if config is None:
        raise InputError(f"{model}: no config.json, so no model; give a folder that "
                         "'crosslabel finetune' made")
    names = config.get("architectures") or []
    task = next((task for end, task in _TASKS.items() if names and names[0].endswith(end)), None)
    if task is None:
        raise InputError(f"{model}: not a fine-tuned model, its config says {names}; give a folder "
                         "that 'crosslabel finetune' made")
    return task, _labels(task, config)


def _labels(task: Task, config: dict[str, Any]) -> tuple[str, ...]:
    if task == "qa" or config.get("problem_type") == "regression":
        return ()
    names = config.get("id2label") or {}
    return tuple(names[number] for number in sorted(names, key=int))


def rejected_rows(features: Path) -> Iterator[str]:
    """The rows that features were not made of, and why."""
    for file in sorted(features.glob("*/*.rejects.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield f"{at(row['file'], row['row'])}: {'; '.join(row['reasons'])}"
