"""A whole fine-tuning run: features, teacher, soft labels, student, figures on gold files.

Each step leaves its result in the output folder and is passed over where that is current: a run
that was cut off goes on where it was, a changed recipe redoes what depends on the change.
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
from crosslabel.finetune.recipe import Data, EvaluationSection, FinetuneRecipe
from crosslabel.finetune.scores.evaluate import evaluate
from crosslabel.finetune.sidecar import FILE, read_sidecar
from crosslabel.pipeline.corpus.layout import MANIFEST
from crosslabel.pipeline.models.fingerprint import current_fingerprint
from crosslabel.pipeline.run.gpus import training_gpus
from crosslabel.pipeline.run.progress import Progress
from crosslabel.pipeline.storage.files import is_file, read_json, sha256, write_json
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location, as_local
from crosslabel.projection.errors import InputError

RESULTS = "results.json"
PREDICTIONS = "predictions.jsonl"
"""File of predictions in the folder of a gold file."""
TEACHER, STUDENT = "teacher", "student"
_SCORED = "scored.json"


@dataclass(frozen=True, slots=True)
class Run:
    """A recipe and the folder its results go to; every method is one step of the run."""

    recipe: FinetuneRecipe
    out: Path

    @property
    def features(self) -> tuple[Path, ...]:
        """Feature dataset of each entry of ``data``."""
        return tuple(_features(own.path)
                     or self.out / "features" / f"{number:02}-{own.path.name}"
                     for number, own in enumerate(self.recipe.data))

    @property
    def soft(self) -> Path:
        """Soft labels of all features."""
        return self.out / "soft"

    @property
    def stages(self) -> tuple[str, ...]:
        """Names of the stages in their order."""
        first = () if self.recipe.teachers else (TEACHER,)
        return (*first, STUDENT) if self.recipe.self_teaching else first

    @property
    def model(self) -> Path:
        """Folder of the model that is the result."""
        return self._model(self.stages[-1])

    def featurize(self, progress: Progress) -> None:
        """Features of all training pairs; corpora first, as they know the labels."""
        work = sorted(zip(self.recipe.data, self.features, strict=True),
                      key=lambda entry: not _knows_labels(entry[0].path))
        labels = self.recipe.labels
        for own, folder in work:
            self._featurize(own, folder, labels, progress)
            labels = read_sidecar(folder).labels

    def train(self, name: str, progress: Progress) -> bool:
        """One stage; whether there was anything left to do."""
        from crosslabel.finetune.training.stage import TrainingStage, run_stage

        soft = self.soft if name == STUDENT else None
        return run_stage(self.recipe, TrainingStage(name, self.features, soft, self.out / name), progress)

    def soften(self, progress: Progress) -> None:
        """Soft labels by the teachers for all features."""
        teachers = self.recipe.teachers or (self._model(TEACHER),)
        soften(self.features, teachers, self.soft, device=self._device(), progress=progress)

    def evaluate(self, name: str, progress: Progress) -> dict[str, Any]:
        """Figures of the model on one gold file; its predictions stay beside them."""
        own = self.recipe.evaluation[name]
        folder = self.out / "evaluation" / name
        features = _features(own.path) or folder / "features"
        labels = read_sidecar(self.features[0]).labels
        self._featurize(own, features, labels, progress, evaluation=True)
        mark = key(sha256(features / FILE), current_fingerprint(self.model))
        scored = read_json(folder / _SCORED)
        if scored is None or scored["key"] != mark:
            predictions = folder / PREDICTIONS
            write_predictions(predict([self.model], features, device=self._device()), predictions)
            scored = {"key": mark, "scores": evaluate(features, predictions).as_values()}
            write_json(folder / _SCORED, scored)
        scores: dict[str, Any] = scored["scores"]
        return scores

    def finish(self, scores: dict[str, Any]) -> dict[str, Any]:
        """Write and return what the run came to."""
        results = {"recipe": self.recipe.public(), "scores": scores}
        write_json(self.out / RESULTS, results)
        return results

    def _featurize(
        self,
        own: Data,
        folder: Path,
        labels: tuple[str, ...] | None,
        progress: Progress,
        evaluation: bool = False,
    ) -> None:
        if folder == own.path:
            return
        featurize(
            own.path, folder, self.recipe.student, self._options(own, labels, evaluation),
            revision=self.recipe.revision,
            translations=own.translations if isinstance(own, EvaluationSection) else None,
            lang=own.lang, format=None if own.format == "auto" else own.format,
            columns=own.columns, rows=own.rows, progress=progress,
        )

    def _options(
        self, own: Data, labels: tuple[str, ...] | None, evaluation: bool
    ) -> FeatureOptions:
        chosen = self.recipe.features.model_dump()
        if _knows_labels(own.path):
            labels = self.recipe.labels
        elif chosen["on_lost_span"] == "drop_pair":
            chosen["on_lost_span"] = None  # all rows of a file are kept
        if labels is None and not _knows_labels(own.path) and self.recipe.task != "qa":
            raise InputError(f"{own.path}: a file does not say which labels there are; "
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
    """The folder if it holds features, which are read by memory map."""
    return as_local(path, "a folder of features") if is_file(path / FILE) else None


def _knows_labels(path: Location) -> bool:
    """Whether it is a corpus, or features; a labelled file or dataset does not know them."""
    return is_file(path / MANIFEST) or _features(path) is not None


def _silent(stage: str, done: int, total: int) -> None:
    pass


def finetune(
    recipe: FinetuneRecipe, out: Path, progress: Progress = _silent
) -> dict[str, Any] | None:
    """Run all steps in this process, or in each process that ``accelerate launch`` started.

    Returns:
        The content of ``results.json``; ``None`` in all processes but the first.

    Raises:
        InputError: the recipe, its data or its models cannot be used.
    """
    with training_gpus(recipe.machine.device):
        return _steps(Run(recipe, out), progress)


def _steps(run: Run, progress: Progress) -> dict[str, Any] | None:
    from crosslabel.finetune.training.processes import processes

    recipe, state = run.recipe, processes(run.recipe.machine.device)
    progress = progress if state.is_main_process else _silent
    with state.main_process_first():
        run.featurize(progress)
    for stage in run.stages:
        if stage == STUDENT:
            with state.main_process_first():
                run.soften(progress)
        run.train(stage, progress)
    if not state.is_main_process:
        return None
    return run.finish({name: run.evaluate(name, progress) for name in recipe.evaluation})
