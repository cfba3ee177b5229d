"""What ships trains in a stock ``Trainer`` as it is."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForSeq2Seq,
    DataCollatorForTokenClassification,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
    Trainer,
    TrainingArguments,
)

from crosslabel.pipeline.storage.shipped import MODELS

STEPS = 4


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    return {"output_dir": str(tmp_path), "max_steps": STEPS, "per_device_train_batch_size": 2,
            "learning_rate": 1e-4, "logging_steps": 1, "report_to": [], "use_cpu": True,
            "save_strategy": "no", "disable_tqdm": True}


def _check(trainer: Trainer) -> None:
    before = [weight.detach().clone() for weight in trainer.model.parameters()]
    trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == STEPS and all(0 < loss < math.inf for loss in losses)
    after = list(trainer.model.parameters())
    assert all(bool(torch.isfinite(weight).all()) for weight in after)
    assert any(not torch.equal(old, new) for old, new in zip(before, after, strict=True))


def test_the_translation_model(settings: dict[str, Any]) -> None:
    folder = MODELS / "mt-en-de-es" / "torch"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    rows = [dict(tokenizer(f">>de<< {text}", text_target=translation)) for text, translation in
            [("Anna lives in Hamburg.", "Anna lebt in Hamburg."), ("Good morning.", "Guten Tag.")]]
    _check(Seq2SeqTrainer(
        model, Seq2SeqTrainingArguments(**settings), train_dataset=rows,  # type: ignore[arg-type]
        data_collator=DataCollatorForSeq2Seq(tokenizer, model),
    ))


def test_the_labeller(settings: dict[str, Any]) -> None:
    folder = MODELS / "ner-en"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForTokenClassification.from_pretrained(folder)
    rows = [dict(tokenizer(text)) for text in ("Anna lives in Hamburg.", "Good morning.")]
    for row in rows:
        row["labels"] = [0] * len(row["input_ids"])
    _check(Trainer(
        model, TrainingArguments(**settings), train_dataset=rows,  # type: ignore[arg-type]
        data_collator=DataCollatorForTokenClassification(tokenizer),
    ))
