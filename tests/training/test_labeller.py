"""What the labeller learns from, and the pieces it keeps."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.tag_numbers import IobTags
from tests.tiny_encoder import tiny_encoder
from training.labeller.entity_data import (
    LABELS,
    TAGS,
    Sentence,
    of_text,
    read_samples,
    recased,
    renamed,
)
from training.labeller.evaluate_labeller import predicted
from training.labeller.prune import count_pieces, kept_pieces, pruned_tokenizer

MODELS = Path(__file__).parents[2] / "data" / "models"


class _Names:
    """Names of one, two and three words."""

    def draw(self, kind: str, rng: random.Random) -> str:
        return " ".join([kind.capitalize()] * rng.randint(1, 3))


@st.composite
def sentences(draw: Any) -> Sentence:
    """Words with entities that do not overlap."""
    words = draw(st.lists(st.sampled_from(["Anna", "in", "Hamburg", "der", "UNO"]), min_size=1))
    spans, at = [], 0
    while at < len(words):
        size = draw(st.integers(1, 3))
        if draw(st.booleans()) and at + size <= len(words):
            spans.append((at, at + size, draw(st.sampled_from(LABELS))))
        at += size
    return Sentence(words, spans)


def _read(sentence: Sentence) -> list[tuple[int, int, str]]:
    import numpy as np

    iob = IobTags.of(TAGS)
    found = iob.entities(np.array(sentence.tags()), np.zeros(len(sentence.words), np.int64))
    return [(int(a), int(b) + 1, iob.labels[label])
            for a, b, label in zip(found.first, found.last, found.label, strict=True)]


@given(sentences())
def test_tags_say_what_the_spans_say(sentence: Sentence) -> None:
    assert _read(sentence) == sentence.spans


@given(sentences(), st.integers(0, 99))
def test_swapping_names_keeps_labels_and_the_words_between(sentence: Sentence, seed: int) -> None:
    swapped = renamed(sentence, _Names(), 0.5, random.Random(seed))  # type: ignore[arg-type]
    assert [label for *_, label in swapped.spans] == [label for *_, label in sentence.spans]
    assert _outside(swapped) == _outside(sentence)
    assert _read(swapped) == swapped.spans


def _outside(sentence: Sentence) -> list[str]:
    return [word for word, tag in zip(sentence.words, sentence.tags(), strict=True) if not tag]


def test_every_entity_is_swapped_where_all_are_asked_for() -> None:
    sentence = Sentence(["Anna", "likes", "Hamburg"], [(0, 1, "PER"), (2, 3, "LOC")])
    swapped = renamed(sentence, _Names(), 1.0, random.Random(1))  # type: ignore[arg-type]
    assert {swapped.words[a] for a, _, _ in swapped.spans} <= {"Male", "Female", "Place"}


def test_case_changes_as_often_as_asked() -> None:
    sentence = Sentence(["Anna", "sings"], [(0, 1, "PER")])
    rng = random.Random(3)
    found = Counter(recased(sentence, rng, 0.2, 0.1).words[0] for _ in range(4000))
    assert 700 < found["anna"] < 900
    assert 320 < found["ANNA"] < 480


def test_samples_keep_their_spans_without_dates() -> None:
    found = of_text("Anna Keller moved to Lisbon in 1998.",
                    [(0, 11, "PER"), (21, 27, "LOC"), (31, 35, "DATE")])
    assert found.words == ["Anna", "Keller", "moved", "to", "Lisbon", "in", "1998", "."]
    assert found.spans == [(0, 2, "PER"), (4, 5, "LOC")]
    assert {label for own in read_samples() for *_, label in own.spans} == set(LABELS)


@cache
def _pruned() -> tuple[Any, Any, tuple[str, ...]]:
    from transformers import AutoTokenizer

    full = AutoTokenizer.from_pretrained(tiny_encoder())
    texts = tuple(" ".join(own.words) for own in read_samples())
    kept = kept_pieces(full, count_pieces(full, texts), 4000)
    return full, pruned_tokenizer(tiny_encoder(), kept), texts


def test_fewer_pieces_cut_known_text_as_before() -> None:
    full, pruned, texts = _pruned()
    assert len(pruned) < len(full)
    assert [pruned.tokenize(text) for text in texts] == [full.tokenize(text) for text in texts]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_fewer_pieces_still_cut_any_word_of_known_letters(data: st.DataObject) -> None:
    _, pruned, texts = _pruned()
    letters = sorted({letter for text in texts for letter in text if not letter.isspace()})
    ids = pruned(data.draw(st.text(letters, max_size=20)))["input_ids"]
    assert pruned.unk_token_id not in ids
    assert max(ids) < len(pruned)
    assert [ids[0], ids[-1]] == [pruned.bos_token_id, pruned.eos_token_id]


def test_the_shipped_labeller_is_small_full_precision_and_finds_names() -> None:
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    folder = MODELS / "ner-en"
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 10_500_000
    model = AutoModelForTokenClassification.from_pretrained(folder).eval()
    assert model.dtype == torch.float32
    assert tuple(model.config.id2label.values()) == TAGS
    texts = [["Angela", "Merkel", "lives", "in", "Hamburg", "."], ["Nobody", "was", "there", "."]]
    tags = predicted(model, AutoTokenizer.from_pretrained(folder), texts)
    assert tags == [["B-PER", "I-PER", "O", "O", "B-LOC", "O"], ["O"] * 4]
