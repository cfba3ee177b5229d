"""Tiny fine-tuned models with random weights, and files for them to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crosslabel.finetune.schema import Task
from tests.finetune.tiny_student import tiny_student

IOB = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
TEXTS = (
    "Anna Keller zog 1998 von Hamburg nach Lissabon.",
    "Die Brücke blieb gesperrt.",
    "„Ja“, sagte Zoë, und fuhr mit ihrem alten Rad quer durch die ganze Stadt bis an den Hafen, "
    "wo Juri und Ottilie seit dem frühen Morgen auf das Schiff aus Göteborg warteten.",
    "Ende!",
)


def tiny_model(
    folder: Path, task: Task, labels: Sequence[str] = (), fused: int = 0, seed: int = 0
) -> Path:
    """A model as ``crosslabel finetune`` leaves it."""
    import torch

    from crosslabel.finetune.model.loading import export, load_student

    encoder = folder.with_name(f"{folder.name}-encoder")
    tiny_student(encoder, seed=seed)
    torch.manual_seed(seed)
    model = load_student(encoder, task, labels, fused=fused)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() == 2:
                weight.copy_(torch.randn(weight.shape))
    export(model, encoder, folder, "A model for tests.\n")
    return folder


def write_rows(file: Path, rows: Sequence[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


def write_texts(file: Path, texts: Sequence[str] = TEXTS) -> Path:
    """An unlabelled file; rows name their language themselves."""
    return write_rows(file, [{"id": f"t{n}", "lang": "de", "text": text}
                             for n, text in enumerate(texts)])
