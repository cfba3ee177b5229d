"""Greedy translation by transformers, with which CTranslate2's answer is compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crosslabel.pipeline.models.manifest import Manifest
from crosslabel.pipeline.models.torch_checkpoint import language_code
from crosslabel.projection.links.checkpoint import loading

LONGEST = 60
"""Largest number of generated tokens: enough to see a difference."""


def greedy(checkpoint: Path, manifest: Manifest, text: str, source: str, target: str) -> list[str]:
    """Return the tokens of the greedy translation by transformers and its tokenizer, in float32.

    The tokens that ask for the language and that end the sentence are left out. At least one token
    is written, as CTranslate2 does.

    Raises:
        InputError: the checkpoint is broken, or does not translate in this direction.
    """
    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    route = manifest.route(source, target)
    with loading(str(checkpoint), "checkpoint"):
        tokenizer = AutoTokenizer.from_pretrained(checkpoint)
        model = AutoModelForSeq2SeqLM.from_pretrained(checkpoint, dtype=torch.float32).eval()
    model.generation_config.max_length = None  # max_new_tokens is given instead
    options: dict[str, Any] = {}
    words = route.text + text
    if route.target:
        tokenizer.src_lang = language_code(route.source[0])
        options["forced_bos_token_id"] = tokenizer.convert_tokens_to_ids(route.target[0])
    else:
        words = " ".join([*route.source, words])
    inputs = tokenizer([words], return_tensors="pt")
    with torch.inference_mode():
        output = model.generate(
            **inputs, **options, num_beams=1, do_sample=False, early_stopping=False,
            min_new_tokens=1 + len(route.target), max_new_tokens=LONGEST + len(route.target),
        )
    given = 1 + len(route.target)  # the first token of every decoder, and the language
    tokens: list[str] = tokenizer.convert_ids_to_tokens(output[0][given:])
    return tokens[: tokens.index(tokenizer.eos_token)] if tokenizer.eos_token in tokens else tokens
