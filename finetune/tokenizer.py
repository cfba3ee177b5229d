"""The tokenizer of a student: texts and words in, numpy arrays of sub-words out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosslabel.finetune.sidecar import TokenizerFacts
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.pipeline.storage.files import read_json
from crosslabel.projection.errors import InputError

_ORDER = "delete the features and make them anew with 'crosslabel featurize --student {}'"


@dataclass(frozen=True, slots=True)
class SubWords:
    """Sub-words of one text, without special tokens.

    Attributes:
        ids: int32 (n,).
        words: int32 (n,), the word of the text each sub-word belongs to; rising.
        offsets: int32 (n, 2), character range of each sub-word: in its word where words were
            given, else in the text, without the blanks before it.
    """

    ids: NDArray[np.int32]
    words: NDArray[np.int32]
    offsets: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class StudentTokenizer:
    """The fast tokenizer of a student, with the limits of the student's input.

    Attributes:
        longest: most tokens that one side may have, special ones included.
        backend: the ``tokenizers.Tokenizer``; it neither truncates nor pads.
    """

    facts: TokenizerFacts
    longest: int
    backend: Any

    def words(self, texts: Sequence[Sequence[str]]) -> list[SubWords]:
        """Tokenise texts that are given as words; no sub-word crosses the border of a word."""
        encodings = self.backend.encode_batch(list(map(list, texts)), is_pretokenized=True,
                                              add_special_tokens=False)
        return [_sub_words(encoding) for encoding in encodings]

    def texts(self, texts: Sequence[str]) -> list[SubWords]:
        """Tokenise whole texts."""
        encodings = self.backend.encode_batch(list(texts), add_special_tokens=False)
        return [_without_blanks(text, _sub_words(encoding))
                for text, encoding in zip(texts, encodings, strict=True)]

    def pairs(
        self, texts: Sequence[tuple[str, ...]], max_length: int
    ) -> list[tuple[NDArray[np.int32], bool]]:
        """Return the ids of one text or two, ``<s> A </s></s> B </s>``, and whether they were cut.

        Sequences that are too long lose tokens at the end of the longer text first.
        """
        self.backend.enable_truncation(max_length, strategy="longest_first")
        try:
            encodings = self.backend.encode_batch(
                [text[0] if len(text) == 1 else text for text in texts])
        finally:
            self.backend.no_truncation()
        return [(np.array(encoding.ids, np.int32), bool(encoding.overflowing))
                for encoding in encodings]


def student_tokenizer(student: str, revision: str | None = None) -> StudentTokenizer:
    """Return the tokenizer of a student.

    Args:
        student: shipped name, folder or hub name of an encoder.

    Raises:
        InputError: there is no such encoder, or its tokenizer does not fit it.
    """
    from crosslabel.projection.links.checkpoint import load_tokenizer

    model = encoder_model(student, revision)
    loaded = load_tokenizer(str(model.path), None)
    backend = loaded.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    if None in (loaded.pad_token_id, loaded.bos_token_id, loaded.eos_token_id):
        raise InputError(f"{student}: its tokenizer has no <s>, </s> or <pad>; "
                         "give an encoder of the XLM-R family")
    facts = TokenizerFacts(
        name=model.manifest.name,
        revision=model.manifest.revision,
        sha256=hashlib.sha256(backend.to_str().encode()).hexdigest(),
        pad_id=loaded.pad_token_id,
        bos_id=loaded.bos_token_id,
        eos_id=loaded.eos_token_id,
        vocabulary=max(backend.get_vocab().values()) + 1,
    )
    return StudentTokenizer(facts, _longest(student, model.path, facts), backend)


def tokenizer_facts(student: str, revision: str | None = None) -> TokenizerFacts:
    """Return the facts about the tokenizer of a student that its features record."""
    return student_tokenizer(student, revision).facts


def check_tokenizer(features: TokenizerFacts, student: TokenizerFacts) -> None:
    """Refuse features whose token ids mean something else to a student.

    Raises:
        InputError: tokenizer, vocabulary size or padding differ.
    """
    for name, what in (("sha256", "another tokenizer"), ("vocabulary", "another vocabulary"),
                       ("pad_id", "another padding")):
        if getattr(features, name) != getattr(student, name):
            raise InputError(f"features for {features.name} were made with {what} and do not fit "
                             f"{student.name}; {_ORDER.format(student.name)}")


def _longest(student: str, path: Path, facts: TokenizerFacts) -> int:
    """Check the checkpoint and return the most tokens that a side may have.

    XLM-R counts positions from the one after padding.
    """
    config = read_json(path / "config.json") or {}
    size = config.get("vocab_size", facts.vocabulary)
    if size < facts.vocabulary:
        raise InputError(f"{student}: its tokenizer has {facts.vocabulary} ids, but its "
                         f"embeddings have {size} rows; repair the checkpoint")
    if config.get("pad_token_id", facts.pad_id) != facts.pad_id:
        raise InputError(f"{student}: its tokenizer pads with {facts.pad_id}, but its model with "
                         f"{config['pad_token_id']}; repair the checkpoint")
    return int(config.get("max_position_embeddings", 514)) - facts.pad_id - 1


def _sub_words(encoding: Any) -> SubWords:
    return SubWords(np.array(encoding.ids, np.int32), np.array(encoding.word_ids, np.int32),
                    np.array(encoding.offsets, np.int32).reshape(-1, 2))


def _without_blanks(text: str, sub_words: SubWords) -> SubWords:
    """Move offsets past the blank with which SentencePiece begins a sub-word."""
    visible = np.array([not character.isspace() for character in text], bool)
    places = np.arange(len(text))
    following = np.append(np.minimum.accumulate(
        np.where(visible, places, len(text))[::-1])[::-1], len(text))
    starts, ends = sub_words.offsets[:, 0], sub_words.offsets[:, 1]
    moved = np.minimum(following[starts], ends).astype(np.int32)
    return SubWords(sub_words.ids, sub_words.words, np.stack([moved, ends], 1))
