"""What the config of a transformers checkpoint tells of the labels it gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from crosslabel.pipeline.storage.files import read_json
from crosslabel.projection.errors import InputError

Head = Literal["token", "sequence", "qa"]

_HEADS: dict[str, Head] = {
    "ForTokenClassification": "token",
    "ForSequenceClassification": "sequence",
    "ForQuestionAnswering": "qa",
}
# What transformers calls classes that a config does not name.
_DEFAULT_NAMES = {"0": "LABEL_0", "1": "LABEL_1"}


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """What a checkpoint labels.

    Attributes:
        labels: class names in the order of their numbers; none for values and answers.
        config: the whole config.
    """

    head: Head
    labels: tuple[str, ...]
    config: dict[str, Any]


def label_facts(folder: Path, way_out: str) -> LabelFacts:
    """The facts of a checkpoint in a folder.

    Args:
        way_out: ends the errors.

    Raises:
        InputError: it is no checkpoint, or none that labels.
    """
    config = read_json(folder / "config.json")
    if not isinstance(config, dict):
        raise InputError(f"{folder}: no config.json, so no model; {way_out}")
    names = config.get("architectures") or [""]
    head = next((head for end, head in _HEADS.items() if names[0].endswith(end)), None)
    if head is None:
        raise InputError(f"{folder}: gives no labels, its config says {names}; {way_out}")
    return LabelFacts(head, _labels(head, config), config)


def is_labeller(folder: Path) -> bool:
    """Whether a folder holds a checkpoint that labels."""
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
