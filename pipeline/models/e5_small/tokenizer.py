"""The tokenizer of XLM-R, built from the tables in the package's file."""

from __future__ import annotations

from typing import Any

from crosslabel.pipeline.models.e5_small.charsmap import charsmap
from crosslabel.pipeline.models.e5_small.packed_file import Pieces

LONGEST = 512
_SPACE = "▁"


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
    names = special_tokens(pieces)
    tokenizer.add_special_tokens([
        AddedToken(name, normalized=False, special=True) for name in dict.fromkeys(names.values())
    ])
    begin, end = ((names[kind], getattr(pieces, kind[:3])) for kind in ("bos_token", "eos_token"))
    tokenizer.post_processor = processors.TemplateProcessing(
        f"{begin[0]} $A {end[0]}", f"{begin[0]} $A {end[0]} {end[0]} $B {end[0]}", [begin, end])
    return tokenizer


def special_tokens(pieces: Pieces) -> dict[str, str]:
    """Return the special tokens as a configuration of transformers names them."""
    begin, end, pad, unknown = (
        pieces.scores[number][0] for number in (pieces.bos, pieces.eos, pieces.pad, pieces.unknown)
    )
    return {
        "bos_token": begin, "cls_token": begin, "eos_token": end, "sep_token": end,
        "pad_token": pad, "unk_token": unknown, "mask_token": pieces.scores[-1][0],
    }
