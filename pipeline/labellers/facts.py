"""The facts about labels in the config of a transformers checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from crosslabel.pipeline.models.find import model_within
from crosslabel.pipeline.storage.files import read_json
from crosslabel.projection.errors import InputError

Head = Literal["token", "sequence", "qa"]

_HEADS: dict[str, Head] = {
    "ForTokenClassification": "token",
    "ForSequenceClassification": "sequence",
    "ForQuestionAnswering": "qa",
}
# The names that transformers gives to classes without a name in the config.
_DEFAULT_NAMES = {"0": "LABEL_0", "1": "LABEL_1"}


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """The head and the labels of a checkpoint.

    Attributes:
        labels: class names in the order of their numbers; none for values and answers.
        config: the whole config.
    """

    head: Head
    labels: tuple[str, ...]
    config: dict[str, Any]


def label_facts(folder: Path, way_out: str) -> LabelFacts:
    """Return the facts about labels of a checkpoint in a folder.

    Args:
        way_out: the end of error messages.

    Raises:
        InputError: the folder holds no checkpoint, or one that gives no labels.
    """
    config = read_json(folder / "config.json")
    if not isinstance(config, dict):
        within = model_within(folder)
        raise InputError(f"{folder}: no config.json, so no model{within or f'; {way_out}'}")
    names = config.get("architectures") or [""]
    head = next((head for end, head in _HEADS.items() if names[0].endswith(end)), None)
    if head is None:
        raise InputError(f"{folder}: gives no labels, its config says {names}; {way_out}")
    return LabelFacts(head, _labels(head, config), config)


def is_labeller(folder: Path) -> bool:
    """Return whether a folder holds a checkpoint that gives labels."""
    try:
        label_facts(folder, "")
    except InputError:
        return False
    return True


def _labels(head: Head, config: dict[str, Any]) -> tuple[str, ...]:
    names = config.get("id2label") or _DEFAULT_NAMES
    valued = head == "sequence" and len(names) == 1
    if head == "qa" or valued or config.get("problem_type") == "regression":
        return ()
    return tuple(names[number] for number in sorted(names, key=int))
