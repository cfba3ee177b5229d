"""Predictions for a labelled or unlabelled file that was made into features."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from crosslabel.finetune.inference.answers import answered
from crosslabel.finetune.inference.classes import classified
from crosslabel.finetune.inference.examples import Logits, PredictedExamples, read_examples
from crosslabel.finetune.inference.forward import DEFAULT_DEVICE, Device, LoadedModels
from crosslabel.finetune.inference.tagging import tagged
from crosslabel.finetune.reading.data import FeatureData
from crosslabel.finetune.reading.table import FeatureTable
from crosslabel.finetune.schema import Task
from crosslabel.pipeline.corpus.predictions import Prediction
from crosslabel.pipeline.run.progress import Progress
from crosslabel.pipeline.storage.files import committed

_DECODERS: dict[Task, Callable[[PredictedExamples, Logits], Iterator[Prediction]]] = {
    "token": tagged, "sequence": classified, "qa": answered,
}


def predict(
    models: Sequence[Path],
    features: FeatureTable,
    *,
    device: Device = DEFAULT_DEVICE,
    sides: Literal[1, 2] | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Iterator[Prediction]:
    """Yield the prediction of a model, or of the mean of several, for each example in order.

    Args:
        models: folders of fine-tuned models.
        features: with evaluation columns.
        sides: 1 shows side a alone; by default both if a model fuses them.

    Raises:
        InputError: a model or the features cannot be used, or they do not fit each other.
    """
    def load() -> LoadedModels:
        return LoadedModels.load(models, features.sidecar, device)

    return predict_with(load, features, sides=sides, progress=progress)


def predict_with(
    load: Callable[[], LoadedModels],
    features: FeatureTable,
    *,
    sides: Literal[1, 2] | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Iterator[Prediction]:
    """Yield the prediction of models for each example, as :func:`predict` does.

    Args:
        load: gives models that fit the features; called if there are examples to predict.
    """
    table, sidecar = features.rows, features.sidecar
    if not table.num_rows:
        return
    source = PredictedExamples(table, read_examples(features), sidecar.labels)
    loaded, data = load(), FeatureData.of(table, sidecar)
    logits = loaded.logits(data, sides or (2 if loaded.fuses else 1))
    yield from _DECODERS[sidecar.task](source, _counted(logits, len(data), progress))


def _counted(logits: Logits, rows: int, progress: Progress) -> Logits:
    done = 0
    for batch in logits:
        done += len(batch[0])
        progress("predict", done, rows)
        yield batch


def write_predictions(predictions: Iterable[Prediction], file: Path) -> None:
    """Commit predictions as lines of JSON."""
    with committed(file) as out:
        for prediction in predictions:
            out.write(json.dumps(prediction.as_row(), ensure_ascii=False).encode() + b"\n")
