"""What ships trains in a stock ``Trainer`` as it is."""

from __future__ import annotations

import json
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

from crosslabel.pipeline.storage.shipped import MODELS, SAMPLES

STEPS, BATCH = 5, 4


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    torch.set_num_threads(1)  # more would wait for one another on a busy machine
    return {"output_dir": str(tmp_path), "max_steps": STEPS, "per_device_train_batch_size": BATCH,
            "learning_rate": 5e-4, "logging_steps": 1, "report_to": [], "use_cpu": True,
            "save_strategy": "no", "disable_tqdm": True}


def _texts() -> list[str]:
    lines = (SAMPLES / "ner.en.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[: STEPS * BATCH]]


def _check(trainer: Trainer) -> None:
    trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(losses) == STEPS
    assert all(0 < loss < losses[0] for loss in losses[1:])  # a NaN is reported as 0
    assert all(bool(torch.isfinite(weight).all()) for weight in trainer.model.parameters())


def test_the_translation_model(settings: dict[str, Any]) -> None:
    folder = MODELS / "mt-en-de-es" / "torch"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    rows = [dict(tokenizer(f">>de<< {text}", text_target=text)) for text in _texts()]
    _check(Seq2SeqTrainer(
        model, Seq2SeqTrainingArguments(**settings), train_dataset=rows,  # type: ignore[arg-type]
        data_collator=DataCollatorForSeq2Seq(tokenizer, model),
    ))


def test_the_labeller(settings: dict[str, Any]) -> None:
    folder = MODELS / "ner-en"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForTokenClassification.from_pretrained(folder)
    rows = [dict(tokenizer(text)) for text in _texts()]
    for row in rows:
        row["labels"] = [0] * len(row["input_ids"])
    _check(Trainer(
        model, TrainingArguments(**settings), train_dataset=rows,  # type: ignore[arg-type]
        data_collator=DataCollatorForTokenClassification(tokenizer),
    ))
