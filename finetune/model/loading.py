"""Loading of encoders and fine-tuned models as the class of a task, export as a stock class."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoConfig

from crosslabel.finetune.model.fusion import check_fusion
from crosslabel.finetune.model.heads import FilterForQA, FilterForSequence, FilterForToken
from crosslabel.finetune.schema import Task
from crosslabel.pipeline.storage.files import committed, read_json
from crosslabel.projection.errors import InputError
from crosslabel.projection.links.checkpoint import loading

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase, XLMRobertaConfig

Student = FilterForSequence | FilterForToken | FilterForQA

FAMILY = "xlm-roberta"
_CLASSES: dict[Task, type[Student]] = {
    "sequence": FilterForSequence, "token": FilterForToken, "qa": FilterForQA,
}  # fmt: skip
_ENCODER = "roberta."
_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
                    "sentencepiece.bpe.model")


def default_fusion(task: Task, layers: int) -> tuple[int, int]:
    """Return the usual numbers of local and fused layers for an encoder with ``layers`` layers.

    As in Fang et al. (2020): one local layer; one fused layer for classification and tagging, 20 of
    24 for question answering.
    """
    local = min(1, layers)
    fused = round(20 / 24 * layers) if task == "qa" else 1
    return local, min(fused, layers - local)


def load_student(
    path: Path | str,
    task: Task,
    labels: Sequence[str],
    local: int | None = None,
    fused: int | None = None,
    dropout: float | None = None,
) -> Student:
    """Load an encoder checkpoint with a head for the task, in float32 and training mode.

    The head is new unless the checkpoint has one of the same shape.

    Args:
        path: folder of the checkpoint.
        labels: class names in the order of their numbers; empty for regression (``sequence``)
            and for question answering.
        local, fused: numbers of layers; ``None`` takes :func:`default_fusion`.
        dropout: of all layers and the head; ``None`` keeps the checkpoint's.

    Raises:
        InputError: ``path`` is no XLM-R checkpoint, parts of it are missing, or layers or labels
            do not fit.
    """
    _check_labels(task, labels)
    config = _config(path)
    first, joined = default_fusion(task, config.num_hidden_layers)
    config.fusion_m = first if local is None else local
    config.fusion_k = joined if fused is None else fused
    check_fusion(config.fusion_m, config.fusion_k, config.num_hidden_layers)
    _set_labels(config, task, labels)
    if dropout is not None:
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = dropout
    model, lost = _load(path, _CLASSES[task], config)
    encoder = sorted(key for key in lost if key.startswith(_ENCODER))
    if encoder:
        raise InputError(_incomplete(path, encoder))
    student: Student = model.train()
    return student


def load_trained(path: Path | str) -> Student:
    """Load an exported or saved fine-tuned model, in float32 and evaluation mode.

    Raises:
        InputError: ``path`` is no fine-tuned XLM-R checkpoint, or parts of it are missing.
    """
    config = _config(path)
    names = config.architectures or []
    kinds = [kind for kind in _CLASSES.values()
             if kind.__name__ in names or stock_name(kind) in names]
    if not kinds:
        known = ", ".join(stock_name(kind) for kind in _CLASSES.values())
        raise InputError(f"{path}: not a fine-tuned model, its config names {names}; "
                         f"give one of: {known}")
    model, lost = _load(path, kinds[0], config)
    if lost:
        raise InputError(_incomplete(path, sorted(lost)))
    trained: Student = model.eval()
    return trained


def stock_name(kind: type[Student]) -> str:
    """Return the name of the stock class that opens models saved by one of our classes."""
    return next(base.__name__ for base in kind.__mro__ if base.__name__.startswith("XLMRoberta"))


def export(
    model: Student, tokenizer: PreTrainedTokenizerBase | Path | str, folder: Path, card: str
) -> None:
    """Save a model so that the stock ``AutoModelFor…`` class opens the folder.

    Given one side at a time, the stock class computes the same as this model. ``config.json`` keeps
    ``fusion_m`` and ``fusion_k`` for :func:`load_trained`.

    Args:
        tokenizer: a tokenizer, or a folder whose tokenizer files are copied.
        card: text of ``README.md``.

    Raises:
        InputError: the tokenizer's folder holds no tokenizer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    config = copy.deepcopy(model.config)
    config.architectures = [stock_name(type(model))]
    config.save_pretrained(folder)
    _save_tokenizer(tokenizer, folder)
    with committed(folder / "README.md") as file:
        file.write(card.encode())


def _config(path: Path | str) -> XLMRobertaConfig:
    values = read_json(Path(path) / "config.json")
    if values is None:
        raise InputError(f"{path}: no config.json, so no checkpoint; give the folder of an XLM-R "
                         "or InfoXLM model")
    family = values.get("model_type")
    if family != FAMILY:
        raise InputError(f"{path}: a model of type {family!r}; fine-tuning works with type "
                         f"{FAMILY!r}: XLM-R, InfoXLM and others with this architecture")
    with loading(str(path), "config"):
        return AutoConfig.from_pretrained(path)


def _check_labels(task: Task, labels: Sequence[str]) -> None:
    if task == "qa" and labels:
        raise InputError(f"question answering has no classes, but {len(labels)} were given; "
                         "give none")
    if len(labels) == 1 or (task == "token" and not labels):
        raise InputError(f"{task}: {len(labels)} classes; give two or more"
                         + (", or none for regression" if task == "sequence" else ""))
    if len(set(labels)) != len(labels):
        raise InputError(f"{task}: class names are not unique: {list(labels)}; rename them")


def _set_labels(config: XLMRobertaConfig, task: Task, labels: Sequence[str]) -> None:
    count = 2 if task == "qa" else 1  # start and end, or one value
    names = list(labels) or [f"LABEL_{number}" for number in range(count)]
    config.id2label = dict(enumerate(names))
    config.label2id = {name: number for number, name in enumerate(names)}
    config.problem_type = None
    if task == "sequence":
        config.problem_type = "single_label_classification" if labels else "regression"


def _load(
    path: Path | str, kind: type[Student], config: XLMRobertaConfig
) -> tuple[Student, set[str]]:
    """Return the model and the names of weights that the checkpoint lacks in the right shape."""
    with loading(str(path), "model"):
        model, report = kind.from_pretrained(
            path, config=config, dtype=torch.float32, output_loading_info=True,
            ignore_mismatched_sizes=True,
        )  # fmt: skip
    return model, {*report["missing_keys"], *(name for name, *_ in report["mismatched_keys"])}


def _incomplete(path: Path | str, names: Sequence[str]) -> str:
    return (f"{path}: the weights lack {names[0]} and {len(names) - 1} more; give a whole "
            "checkpoint whose config.json fits it")


def _save_tokenizer(tokenizer: Any, folder: Path) -> None:
    if not isinstance(tokenizer, (str, Path)):
        tokenizer.save_pretrained(folder)
        return
    candidates = [Path(tokenizer) / name for name in _TOKENIZER_FILES]
    files = [file for file in candidates if file.is_file()]
    if not files:
        raise InputError(f"{tokenizer}: no tokenizer there; give a folder with tokenizer.json")
    for file in files:
        # Copied unchanged: a tokenizer is identified by the bytes of its files.
        shutil.copyfile(file, folder / file.name)
