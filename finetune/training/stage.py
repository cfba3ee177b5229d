"""One stage of training: from features, with or without soft labels, to an exported model."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    PreTrainedModel,
    TrainerCallback,
    TrainingArguments,
    logging,
    set_seed,
)

from crosslabel.finetune.model.frozen import freeze
from crosslabel.finetune.model.loading import export, load_student
from crosslabel.finetune.model.losses import LossWeights
from crosslabel.finetune.reading.collate import Collator, SideChoice
from crosslabel.finetune.reading.data import FeatureData
from crosslabel.finetune.reading.sampling import PairBatches, Sampling
from crosslabel.finetune.recipe import FinetuneRecipe
from crosslabel.finetune.schema import Task
from crosslabel.finetune.sidecar import FILE as FEATURES
from crosslabel.finetune.soft_labels import FILE as SOFT
from crosslabel.finetune.tokenizer import check_tokenizer, tokenizer_facts
from crosslabel.finetune.training.averaging import EpochWeights, mean_weights
from crosslabel.finetune.training.card import model_card
from crosslabel.finetune.training.checkpoints import last_complete, step_of
from crosslabel.finetune.training.processes import processes
from crosslabel.finetune.training.stopping import SavedStop
from crosslabel.finetune.training.trainer import PairTrainer
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.pipeline.run.progress import Progress, Tell, mute
from crosslabel.pipeline.run.stops import StopRequest
from crosslabel.pipeline.storage.files import read_json, sha256, write_json
from crosslabel.pipeline.storage.keys import key
from crosslabel.projection.errors import InputError, first_line
from crosslabel.projection.halving import out_of_memory

VERSION = 1
MODEL = "model"
"""Folder of the finished model within the folder of its stage."""
_MARKER = "stage.json"
_BEGUN = "begun.json"
_LOGGED_STEPS = 20
_KEPT_CHECKPOINTS = 2


@dataclass(frozen=True, slots=True)
class TrainingStage:
    """The name, the data and the folder of a stage.

    Attributes:
        name: ``teacher`` or ``student``.
        features: feature datasets.
        soft: soft labels of all their rows; ``None`` in the first stage.
        folder: where the stage works and leaves its model.
    """

    name: str
    features: tuple[Path, ...]
    soft: Path | None
    folder: Path

    @property
    def model(self) -> Path:
        """The folder of the finished model."""
        return self.folder / MODEL


def run_stage(
    recipe: FinetuneRecipe,
    stage: TrainingStage,
    progress: Progress,
    stop: StopRequest | None = None,
    tell: Tell = mute,
) -> bool:
    """Train the model of a stage, from its last checkpoint if it was interrupted.

    Args:
        stop: ends the training after the step under way and its checkpoint.
        tell: shows what is kept of an earlier run.

    Returns:
        Whether the model was trained; false if it is there and current.

    Raises:
        InputError: features, encoder and recipe do not go together.
        StoppedError: the training was asked to stop.
    """
    name = stage_key(recipe, stage)
    if read_json(stage.folder / _MARKER) == {"key": name}:
        tell(f"kept from an earlier run: the model of the {stage.name}")
        return False
    stop = stop or StopRequest()
    stop.check()
    state = processes(recipe.machine.device)
    if state.is_main_process:
        _begin(stage.folder, name)
    state.wait_for_everyone()
    _prepare_machine(recipe)
    data = FeatureData.open(stage.features, stage.soft)
    model = _student(recipe, stage, data)
    weights = EpochWeights(stage.folder / "epochs", recipe.training.average)
    callbacks = [_Shown(stage.name, progress), SavedStop(stop)]
    if recipe.training.average > 1:
        callbacks.append(weights)
    trainer = _trainer(recipe, stage, data, model, callbacks)
    _train(trainer, stage, recipe, tell)
    if state.is_main_process:
        _finish(recipe, stage, trainer, weights, name)
    state.wait_for_everyone()
    return True


def _train(
    trainer: PairTrainer, stage: TrainingStage, recipe: FinetuneRecipe, tell: Tell
) -> None:
    resumed = last_complete(stage.folder / "checkpoints")
    if resumed:
        tell(f"kept from an earlier run: {step_of(resumed)} steps of the {stage.name}")
    try:
        trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise InputError(
            f"training.batch_rows: out of memory with {recipe.training.batch_rows} rows at once "
            f"({first_line(error)}); set machine.activation_checkpointing=true and resume, or "
            "lower training.batch_rows, raise training.accumulation to match and start again"
        ) from error


def stage_key(recipe: FinetuneRecipe, stage: TrainingStage) -> str:
    """Return the key of everything that decides the result of a stage."""
    encoder = encoder_model(recipe.student, recipe.revision)
    objective = recipe.self_teaching.model_dump() if stage.soft and recipe.self_teaching else None
    # Where nothing is frozen, the key is that of versions that could not freeze.
    training = recipe.training.model_dump(exclude=None if recipe.training.freeze else {"freeze"})
    return key(VERSION, recipe.task, encoder.fingerprint, recipe.fusion.model_dump(),
               training, recipe.machine.bf16,
               [sha256(folder / FEATURES) for folder in stage.features],
               objective, sha256(stage.soft / SOFT) if stage.soft else None)


def _begin(folder: Path, name: str) -> None:
    """Remove the folder if another recipe left it; keep the work of this recipe."""
    if read_json(folder / _BEGUN) != {"key": name} and folder.exists():
        shutil.rmtree(folder)
    write_json(folder / _BEGUN, {"key": name})


def _prepare_machine(recipe: FinetuneRecipe) -> None:
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if recipe.machine.threads:
        torch.set_num_threads(recipe.machine.threads)
    set_seed(recipe.training.seed)


def _student(recipe: FinetuneRecipe, stage: TrainingStage, data: FeatureData) -> PreTrainedModel:
    path = encoder_model(recipe.student, recipe.revision).path
    check_tokenizer(data.tokenizer, tokenizer_facts(recipe.student, recipe.revision))
    fusion = recipe.fusion
    model = load_student(path, recipe.task, data.labels, local=fusion.local, fused=fusion.layers,
                         dropout=recipe.training.dropout)
    if recipe.training.freeze:
        freeze(model, recipe.training.freeze)
    soft = recipe.self_teaching if stage.soft else None
    model.loss_weights = LossWeights(
        b=recipe.training.source_weight,
        soft=soft.weight if soft else 0.0,
        temperature=soft.temperature if soft else 1.0,
    )
    return model


def _trainer(
    recipe: FinetuneRecipe,
    stage: TrainingStage,
    data: FeatureData,
    model: PreTrainedModel,
    callbacks: list[TrainerCallback],
) -> PairTrainer:
    training, soft = recipe.training, recipe.self_teaching if stage.soft else None
    hard = "ab"[not training.hard_labels:recipe.fusion.sides]
    choice = SideChoice(recipe.fusion.sides, hard, soft.tokens if soft else "all")
    batches = PairBatches(data.rows, training.batch_rows, training.seed,
                          training.sampling or default_sampling(recipe.task))
    if recipe.machine.tensorboard:
        callbacks = [*callbacks, _tensorboard(stage.folder / "curves")]
    return PairTrainer(model, _arguments(recipe, stage.folder / "checkpoints"),
                       Collator(data, choice), batches, callbacks)


def default_sampling(task: Task) -> Sampling:
    """Return the sampling that the FILTER release uses for a task."""
    return "one_language" if task == "token" else "all"


def _arguments(recipe: FinetuneRecipe, folder: Path) -> TrainingArguments:
    training, machine = recipe.training, recipe.machine
    saving: dict[str, Any] = {"save_strategy": "epoch"}
    if training.checkpoint_steps:
        saving = {"save_strategy": "steps", "save_steps": training.checkpoint_steps}
    return TrainingArguments(
        output_dir=str(folder),
        learning_rate=training.learning_rate,
        num_train_epochs=training.epochs,
        per_device_train_batch_size=training.batch_rows,
        gradient_accumulation_steps=training.accumulation,
        warmup_steps=training.warmup,
        weight_decay=training.weight_decay,
        max_grad_norm=training.clip,
        adam_epsilon=1e-8,
        lr_scheduler_type="linear",
        bf16=machine.bf16,
        activation_checkpointing=machine.activation_checkpointing,
        use_cpu=machine.device == "cpu",
        dataloader_num_workers=machine.workers,
        seed=training.seed,
        logging_steps=_LOGGED_STEPS,
        save_total_limit=_KEPT_CHECKPOINTS,
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        **saving,
    )


def _tensorboard(folder: Path) -> TrainerCallback:
    try:
        from torch.utils.tensorboard import SummaryWriter
        from transformers.integrations import TensorBoardCallback
    except ModuleNotFoundError:
        raise InputError("machine.tensorboard: tensorboard is not installed; "
                         "pip install 'crosslabel[finetune]', or set it to false") from None
    callback: TrainerCallback = TensorBoardCallback(SummaryWriter(str(folder)))
    return callback


class _Shown(TrainerCallback):  # type: ignore[misc]
    """A callback that reports the steps of a stage as progress."""

    def __init__(self, stage: str, progress: Progress) -> None:
        self._stage = stage
        self._progress = progress

    def on_step_end(
        self, args: TrainingArguments, state: Any, control: Any, **_: Any
    ) -> None:
        self._progress(self._stage, state.global_step, state.max_steps)


def _finish(
    recipe: FinetuneRecipe, stage: TrainingStage, trainer: PairTrainer, weights: EpochWeights,
    name: str,
) -> None:
    model = trainer.accelerator.unwrap_model(trainer.model)
    if recipe.training.average > 1:
        model.load_state_dict(model.state_dict() | mean_weights(weights.files()))
    write_json(stage.folder / "log.json", trainer.state.log_history)
    tokenizer = encoder_model(recipe.student, recipe.revision).path
    export(model, tokenizer, stage.model, model_card(recipe, stage.name, stage.features))
    write_json(stage.folder / _MARKER, {"key": name})
    for left in ("checkpoints", "epochs"):
        shutil.rmtree(stage.folder / left, ignore_errors=True)
