"""A tiny random XLM-R with the tokenizer that ships, as a student that trains in a second."""

from __future__ import annotations

import shutil
from pathlib import Path

from crosslabel.finetune.sidecar import TokenizerFacts
from crosslabel.finetune.tokenizer import tokenizer_facts
from crosslabel.pipeline.storage.shipped import MODELS

_TOKENIZER = ("tokenizer.json", "tokenizer_config.json")


def tiny_student(folder: Path, layers: int = 3, seed: int = 0) -> TokenizerFacts:
    """Write the checkpoint; gives the facts of its tokenizer."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

    torch.manual_seed(seed)
    config = XLMRobertaConfig(
        vocab_size=24_002, hidden_size=16, intermediate_size=32, num_hidden_layers=layers,
        num_attention_heads=2, max_position_embeddings=130, type_vocab_size=1, pad_token_id=1,
        bos_token_id=0, eos_token_id=2, initializer_range=0.3,
    )
    XLMRobertaForMaskedLM(config).save_pretrained(folder)
    for name in _TOKENIZER:
        shutil.copy(MODELS / "encoder-multilingual" / name, folder)
    return tokenizer_facts(str(folder))
