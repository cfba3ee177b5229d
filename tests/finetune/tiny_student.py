"""A tiny random XLM-R with its head for hidden words, as a student that trains in a second."""

from __future__ import annotations

from pathlib import Path

from crosslabel.finetune.sidecar import TokenizerFacts
from crosslabel.finetune.tokenizer import tokenizer_facts
from tests.tiny_encoder import copy_tokenizer


def tiny_student(folder: Path, layers: int = 3, seed: int = 0) -> TokenizerFacts:
    """Write the checkpoint; gives the facts of its tokenizer."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaForMaskedLM

    folder.mkdir(parents=True, exist_ok=True)
    pieces = copy_tokenizer(folder)
    torch.manual_seed(seed)
    config = XLMRobertaConfig(
        vocab_size=pieces, hidden_size=16, intermediate_size=32, num_hidden_layers=layers,
        num_attention_heads=2, max_position_embeddings=130, type_vocab_size=1, pad_token_id=1,
        bos_token_id=0, eos_token_id=2, initializer_range=0.3,
    )
    XLMRobertaForMaskedLM(config).save_pretrained(folder)
    return tokenizer_facts(str(folder))
