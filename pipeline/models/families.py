"""The tokens and words that each family of translation checkpoints needs around a sentence.

| family | source tokens | begins the translation |
|---|---|---|
| Marian (OPUS-MT) | ``>>deu<<`` if the model has several targets, text, ``</s>`` | |
| NLLB-200 | ``eng_Latn`` text ``</s>`` | ``deu_Latn`` |
| M2M100 | ``__en__`` text ``</s>`` | ``__de__`` |
| mBART-50 | ``en_XX`` text ``</s>`` | ``de_DE`` |
| MADLAD-400 (T5) | text after ``<2de> ``, ``</s>`` | |
| T5 | text after ``translate English to German: ``, ``</s>`` | |

Sources: the models' cards and the papers of NLLB (Costa-jussà et al. 2022), M2M100 (Fan et al.
2020), mBART-50 (Tang et al. 2020), MADLAD-400 (Kudugunta et al. 2023) and T5 (Raffel et al. 2020).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crosslabel.pipeline.models.languages import tag_of
from crosslabel.projection.errors import InputError

_MARIAN = re.compile(r">>([\w@-]+)<<")
_NLLB = re.compile(r"([a-z]{3}_[A-Z][a-z]{3})")
_M2M100 = re.compile(r"__([a-z]{2,3})__")
_MBART50 = re.compile(r"([a-z]{2}_[A-Z]{2})")
_MADLAD = re.compile(r"<2([A-Za-z_]+)>")
_T5_TASK = re.compile(r"translation_([a-z]+)_to_([a-z]+)")
_RELATIVE_LIMIT = 512
"""Limit in tokens for models with relative positions, which set none; T5 was trained with it."""


@dataclass(frozen=True)
class Prompting:
    """The tokens and words that ask a model for a language, by BCP-47 tag.

    Attributes:
        source_tokens: token that says which language the text is in; empty if there is none.
        target_tokens: token that asks for a language; empty if there is none.
        target_first: whether that token begins the translation; if not, it stands before the text.
        text_prefixes: words in front of the text that ask for a language.
        source, target: languages, if the other fields do not name them.
    """

    source_tokens: dict[str, str] = field(default_factory=dict)
    target_tokens: dict[str, str] = field(default_factory=dict)
    target_first: bool = False
    text_prefixes: dict[str, str] = field(default_factory=dict)
    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckpointFacts:
    """The parsed ``config.json`` and ``tokenizer_config.json`` of a checkpoint, and its vocabulary
    (token to id)."""

    config: Mapping[str, Any]
    tokenizer: Mapping[str, Any]
    vocabulary: Mapping[str, int]


def family_of(config: Mapping[str, Any], tokenizer: Mapping[str, Any]) -> str:
    """Return the name of the family that a checkpoint belongs to.

    Raises:
        InputError: the family is not supported.
    """
    kind = str(config.get("model_type"))
    tokenizer_class = str(tokenizer.get("tokenizer_class") or config.get("tokenizer_class") or "")
    if kind == "m2m_100":
        return "nllb" if tokenizer_class.startswith("Nllb") else "m2m100"
    if kind == "mbart":
        if not tokenizer_class.startswith("MBart50"):
            raise InputError("an mBART checkpoint whose tokenizer is not mBART-50's; of this kind "
                             "only mBART-50 is supported")
        return "mbart50"
    if kind in FAMILIES:
        return kind
    raise InputError(f"model family {kind!r} is not supported for translation; supported: "
                     f"{', '.join(FAMILIES)}")


def prompting(family: str, checkpoint: CheckpointFacts) -> Prompting:
    """Return the tokens and words that ask a checkpoint of a family for a language.

    Raises:
        InputError: its vocabulary has none of the tokens that the family needs.
    """
    return FAMILIES[family](checkpoint)


def limit(checkpoint: CheckpointFacts) -> int:
    """Return the limit of source and target in tokens, special tokens included."""
    positions = checkpoint.config.get("max_position_embeddings")
    longest = checkpoint.tokenizer.get("model_max_length")
    limits = [int(n) for n in (positions, longest) if isinstance(n, int | float) and 0 < n < 10**6]
    return min(limits, default=int(checkpoint.config.get("n_positions") or _RELATIVE_LIMIT))


def _tokens(vocabulary: Mapping[str, int], pattern: re.Pattern[str]) -> dict[str, str]:
    """Return the token of each BCP-47 tag, in the order of the vocabulary."""
    tokens: dict[str, str] = {}
    for token in sorted(vocabulary, key=lambda token: vocabulary[token]):
        match = pattern.fullmatch(token)
        tag = tag_of(match[1]) if match else None
        if tag:
            tokens.setdefault(tag, token)
    return tokens


def _marian(checkpoint: CheckpointFacts) -> Prompting:
    tokens = _tokens(checkpoint.vocabulary, _MARIAN)
    source, target = (
        _known([checkpoint.tokenizer.get(side)]) for side in ("source_lang", "target_lang")
    )
    return Prompting(target_tokens=tokens, source=source, target=tuple(tokens) or target)


def _known(codes: Iterable[object]) -> tuple[str, ...]:
    tags = (tag_of(code) for code in codes if isinstance(code, str))
    return tuple(tag for tag in tags if tag)


def _both_sides(pattern: re.Pattern[str]) -> Callable[[CheckpointFacts], Prompting]:
    def read(checkpoint: CheckpointFacts) -> Prompting:
        tokens = _tokens(checkpoint.vocabulary, pattern)
        if not tokens:
            raise InputError("its vocabulary has no language tokens; the tokenizer files may be "
                             "incomplete or of another model")
        return Prompting(tokens, tokens, target_first=True)

    return read


def _t5(checkpoint: CheckpointFacts) -> Prompting:
    tokens = _tokens(checkpoint.vocabulary, _MADLAD)
    if tokens:
        # As text, because the tokenizer decides whether a lone "▁" stands before it.
        prefixes = {tag: f"{token} " for tag, token in tokens.items()}
        return Prompting(text_prefixes=prefixes, source=tuple(tokens))
    tasks = checkpoint.config.get("task_specific_params") or {}
    translations = [(match[1], match[2], tasks[name])
             for name in tasks if (match := _T5_TASK.fullmatch(name))]
    prefixes = {tag_of(to) or to: str(task.get("prefix") or "") for _, to, task in translations}
    if not prefixes:
        raise InputError("neither <2xx> tokens (MADLAD-400) nor translation tasks in its "
                         "config.json (task_specific_params), so no way to ask for a language")
    sources = _known(dict.fromkeys(source for source, _, _ in translations))
    return Prompting(text_prefixes=prefixes, source=sources)


FAMILIES: dict[str, Callable[[CheckpointFacts], Prompting]] = {
    "marian": _marian,
    "nllb": _both_sides(_NLLB),
    "m2m100": _both_sides(_M2M100),
    "mbart50": _both_sides(_MBART50),
    "t5": _t5,
}
"""For each family, the function that finds out how a checkpoint is asked for a language."""
