"""The tokenizer of XLM-R, built from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from crosslabel.pipeline.models.e5_small.charsmap import charsmap

SPECIAL_TOKENS: Mapping[str, str] = MappingProxyType({
    "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>",
    "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>",
})
"""The special tokens, as a configuration of transformers names them."""
_SPACE = "▁"


@dataclass(frozen=True, slots=True)
class Pieces:
    """The tables of the tokenizer.

    Attributes:
        scores: log-probability of each piece, in the order of their ids.
        unknown: id of the piece for what no other piece has.
        characters: what a character is normalised to, where that is another text.
    """

    scores: tuple[tuple[str, float], ...]
    unknown: int
    characters: Mapping[str, str]


def built(pieces: Pieces) -> Any:
    """Return the fast tokenizer of these pieces, as XLM-R's original one is configured."""
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    tokenizer = Tokenizer(models.Unigram(list(pieces.scores), pieces.unknown))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Precompiled(charsmap(pieces.characters)),
        normalizers.Replace(Regex(" {2,}"), " "),
    ])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(_SPACE)
    tokenizer.decoder = decoders.Metaspace(_SPACE)
    tokenizer.add_special_tokens([
        AddedToken(name, normalized=False, special=True)
        for name in dict.fromkeys(SPECIAL_TOKENS.values())
    ])
    begin, end = SPECIAL_TOKENS["bos_token"], SPECIAL_TOKENS["eos_token"]
    tokenizer.post_processor = processors.TemplateProcessing(
        f"{begin} $A {end}", f"{begin} $A {end} {end} $B {end}",
        [(name, tokenizer.token_to_id(name)) for name in (begin, end)])
    return tokenizer
