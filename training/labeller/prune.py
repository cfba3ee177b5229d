"""An encoder with fewer word pieces: the pieces that text of one language uses most."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedTokenizerFast

_SPECIAL = 4
"""`<s>`, `<pad>`, `</s>` and `<unk>` come first; `<mask>` comes last."""


def count_pieces(tokenizer: PreTrainedTokenizerFast, texts: Iterable[str]) -> Counter[int]:
    """Count how often each piece is used; a repeated text counts once."""
    counts: Counter[int] = Counter()
    lines = list(dict.fromkeys(texts))
    for at in range(0, len(lines), 4096):
        for ids in tokenizer(lines[at : at + 4096], add_special_tokens=False)["input_ids"]:
            counts.update(ids)
    return counts


def kept_pieces(tokenizer: PreTrainedTokenizerFast, counts: Counter[int], size: int) -> list[int]:
    """Return the ids of `size` pieces: special ones, letters of used ones, then by frequency.

    Letters stay because words of removed pieces fall apart into them.
    """
    pieces: list[str] = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    last = len(pieces) - 1
    kept = {*range(_SPECIAL), last}
    letters = {"▁", *(letter for number in counts for letter in pieces[number])}
    kept |= {n for n, piece in enumerate(pieces) if piece in letters}
    for number, _ in counts.most_common():
        if len(kept) >= size:
            break
        kept.add(number)
    return sorted(kept)


def pruned_tokenizer(folder: Path, kept: list[int]) -> PreTrainedTokenizerFast:
    """Return the tokenizer in `folder` with only these pieces, numbered in their order."""
    from tokenizers import Tokenizer

    values: dict[str, Any] = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = values["model"]["vocab"]
    values["model"]["vocab"] = [vocabulary[number] for number in kept]
    number = {old: new for new, old in enumerate(kept)}
    for token in values["added_tokens"]:
        token["id"] = number[token["id"]]
    settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    names = {name: settings[name] for name in settings if name.endswith("_token")}
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(values)),
        model_max_length=settings["model_max_length"], **names,
    )  # fmt: skip


def pruned_rows(weight: torch.Tensor, kept: list[int]) -> torch.Tensor:
    """Return the rows of the pieces that stay."""
    return weight[torch.tensor(kept)].clone()
