"""Stored in half precision, opened in full."""

from pathlib import Path

import torch
from transformers import AutoConfig


def open_in_full(checkpoint: Path) -> None:
    """Have transformers open a checkpoint in float32, in whatever precision it is stored.

    A stock `Trainer` trains float16 weights to NaN.
    """
    config = AutoConfig.from_pretrained(checkpoint)
    config.dtype = torch.float32
    config.save_pretrained(checkpoint)
