"""A whole fine-tuning run: features, teacher, soft labels, student, scores on gold files.

Each step leaves its result in the output folder and is skipped if that result is current: a run
that was interrupted resumes where it stopped, a changed recipe repeats the steps that depend on
the change.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosslabel.finetune.features.featurize import featurize
from crosslabel.finetune.features.options import FeatureOptions, feature_options
from crosslabel.finetune.inference.forward import Device
from crosslabel.finetune.inference.predict import predict, write_predictions
from crosslabel.finetune.inference.soften import soften
from crosslabel.finetune.reading.table import FeatureTable
from crosslabel.finetune.recipe import Data, EvaluationSection, FinetuneRecipe
from crosslabel.finetune.scores.evaluate import evaluate
from crosslabel.finetune.sidecar import FILE, read_sidecar
from crosslabel.pipeline.corpus.layout import MANIFEST
from crosslabel.pipeline.models.fingerprint import current_fingerprint
from crosslabel.pipeline.run.gpus import training_gpus
from crosslabel.pipeline.run.progress import Progress, Tell, mute, silent
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.pipeline.storage.files import is_file, read_json, sha256, write_json
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location, as_local
from crosslabel.projection.errors import InputError

RESULTS = "results.json"
PREDICTIONS = "predictions.jsonl"
"""Name of the prediction file in the folder of a gold file."""
TEACHER, STUDENT = "teacher", "student"
_SCORED = "scored.json"


@dataclass(frozen=True, slots=True)
class Run:
    """A recipe and the folder of its results; every method is one step of the run."""

    recipe: FinetuneRecipe
    out: Path

    @property
    def features(self) -> tuple[Path, ...]:
        """The folder of features for each entry of ``data``."""
        return tuple(_features(data.path)
                     or self.out / "features" / f"{number:02}-{data.path.name}"
                     for number, data in enumerate(self.recipe.data))

    @property
    def soft(self) -> Path:
        """The folder of soft labels for all features."""
        return self.out / "soft"

    @property
    def stages(self) -> tuple[str, ...]:
        """The names of the stages in their order."""
        first = () if self.recipe.teachers else (TEACHER,)
        return (*first, STUDENT) if self.recipe.self_teaching else first

    @property
    def model(self) -> Path:
        """The folder of the resulting model."""
        return self._model(self.stages[-1])

    def featurize(self, progress: Progress) -> None:
        """Make the features of all training pairs; corpora first, as they know the labels."""
        work = sorted(zip(self.recipe.data, self.features, strict=True),
                      key=lambda entry: not _knows_labels(entry[0].path))
        labels = self.recipe.labels
        for data, folder in work:
            self._featurize(data, folder, labels, progress)
            labels = read_sidecar(folder).labels

    def train(self, name: str, progress: Progress, stop: StopRequest, tell: Tell = mute) -> bool:
        """Train one stage and return whether there was anything left to do.

        Args:
            stop: ends the training early, after a checkpoint.
            tell: shows what is kept of an earlier run.
        """
        from crosslabel.finetune.training.stage import TrainingStage, run_stage

        soft = self.soft if name == STUDENT else None
        stage = TrainingStage(name, self.features, soft, self.out / name)
        return run_stage(self.recipe, stage, progress, stop, tell)

    def soften(self, progress: Progress) -> None:
        """Write the soft labels of the teachers for all features."""
        teachers = self.recipe.teachers or (self._model(TEACHER),)
        soften(self.features, teachers, self.soft, device=self._device(), progress=progress)

    def evaluate(self, name: str, progress: Progress) -> dict[str, Any]:
        """Return the scores of the model on one gold file, and keep them beside its predictions."""
        gold = self.recipe.evaluation[name]
        folder = self.out / "evaluation" / name
        features = _features(gold.path) or folder / "features"
        labels = read_sidecar(self.features[0]).labels
        self._featurize(gold, features, labels, progress, evaluation=True)
        mark = key(sha256(features / FILE), current_fingerprint(self.model))
        scored = read_json(folder / _SCORED)
        if scored is None or scored["key"] != mark:
            predictions = folder / PREDICTIONS
            opened = FeatureTable.open(features)
            predicted = predict([self.model], opened, device=self._device(), progress=progress)
            write_predictions(predicted, predictions)
            scored = {"key": mark, "scores": evaluate(features, predictions).as_values()}
            write_json(folder / _SCORED, scored)
        scores: dict[str, Any] = scored["scores"]
        return scores

    def finish(self, scores: dict[str, Any]) -> dict[str, Any]:
        """Write and return the results of the run."""
        results = {"recipe": self.recipe.public(), "scores": scores}
        write_json(self.out / RESULTS, results)
        return results

    def _featurize(
        self,
        data: Data,
        folder: Path,
        labels: tuple[str, ...] | None,
        progress: Progress,
        evaluation: bool = False,
    ) -> None:
        if folder == data.path:
            return
        featurize(
            data.path, folder, self.recipe.student, self._options(data, labels, evaluation),
            revision=self.recipe.revision,
            translations=data.translations if isinstance(data, EvaluationSection) else None,
            lang=data.lang, format=None if data.format == "auto" else data.format,
            columns=data.columns, rows=data.rows, progress=progress,
        )

    def _options(
        self, data: Data, labels: tuple[str, ...] | None, evaluation: bool
    ) -> FeatureOptions:
        chosen = self.recipe.features.model_dump()
        if _knows_labels(data.path):
            labels = self.recipe.labels
        elif chosen["on_lost_span"] == "drop_pair":
            chosen["on_lost_span"] = None  # all rows of a file are kept
        if labels is None and not _knows_labels(data.path) and self.recipe.task != "qa":
            raise InputError(f"{data.path}: a file does not say which labels there are; "
                             "set labels in the recipe, or give a corpus among data")
        return feature_options(task=self.recipe.task, labels=labels, evaluation=evaluation,
                               **chosen)

    def _model(self, stage: str) -> Path:
        from crosslabel.finetune.training.stage import MODEL

        return self.out / stage / MODEL

    def _device(self) -> Device:
        machine = self.recipe.machine
        return Device(machine.device, machine.bf16)


def _features(path: Location) -> Path | None:
    """Return the folder if it holds features, which must be local for their memory maps."""
    return as_local(path, "a folder of features") if is_file(path / FILE) else None


def _knows_labels(path: Location) -> bool:
    """Return whether a path is a corpus or features; a labelled file does not list its labels."""
    return is_file(path / MANIFEST) or _features(path) is not None


def finetune(
    recipe: FinetuneRecipe,
    out: Path,
    progress: Progress = silent,
    stop: StopRequest | None = None,
    tell: Tell = mute,
) -> dict[str, Any] | None:
    """Run all steps in this process, or in each process that ``accelerate launch`` started.

    Args:
        stop: ends the run early; what is done, and the training up to there, is kept.
        tell: shows what is kept of an earlier run.

    Returns:
        The content of ``results.json``; ``None`` in all processes but the first.

    Raises:
        InputError: the recipe, its data or its models cannot be used.
        StoppedError: the run was asked to stop.
    """
    if is_file(out / MANIFEST):
        raise InputError(f"{out}: holds a corpus; give another folder")
    stop = stop or StopRequest()
    with training_gpus(recipe.machine.device, stop.check):
        return _steps(Run(recipe, out), progress, stop, tell)


def _steps(run: Run, progress: Progress, stop: StopRequest, tell: Tell) -> dict[str, Any] | None:
    from crosslabel.finetune.training.processes import processes

    recipe, state = run.recipe, processes(run.recipe.machine.device)
    if not state.is_main_process:
        progress, tell = silent, mute
    report = stop.checking(progress)
    with state.main_process_first():
        run.featurize(report)
    for stage in run.stages:
        if stage == STUDENT:
            with state.main_process_first():
                run.soften(report)
        run.train(stage, progress, stop, tell)
    if not state.is_main_process:
        return None
    return run.finish({name: run.evaluate(name, report) for name in recipe.evaluation})
