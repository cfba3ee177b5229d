"""Tiny random labellers: real checkpoints, labels without sense."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.tiny_encoder import copy_tokenizer

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
_HEADS = {"token": "XLMRobertaForTokenClassification",
          "sequence": "XLMRobertaForSequenceClassification",
          "qa": "XLMRobertaForQuestionAnswering"}


def tiny_labeller(
    folder: Path, head: str, labels: Sequence[str] = TAGS, *, positions: int = 130, **config: Any
) -> Path:
    """Write a checkpoint of that head; its random weights are always the same.

    Args:
        positions: tokens that it reads, and two more.
    """
    import torch
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    pieces = copy_tokenizer(folder)
    torch.manual_seed(3)
    named = {} if head == "qa" else {"id2label": dict(enumerate(labels)),
                                     "label2id": {name: n for n, name in enumerate(labels)}}
    made = transformers.XLMRobertaConfig(
        vocab_size=pieces, hidden_size=32, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=positions, type_vocab_size=1,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, initializer_range=0.5, **named, **config,
    )
    getattr(transformers, _HEADS[head])(made).save_pretrained(folder)
    return folder
