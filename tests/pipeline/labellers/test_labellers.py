"""Labellers against the checkpoint itself, asked text by text without batches."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from crosslabel.pipeline.corpus.records import Example, Words
from crosslabel.pipeline.labellers.interface import Labeller, WordsByField
from crosslabel.pipeline.labellers.load import Labels, known_labels, load_labeller
from crosslabel.pipeline.models.find import labeller_model
from crosslabel.pipeline.recipe import Labelling
from crosslabel.pipeline.verify.model import check_model
from crosslabel.projection.errors import InputError
from crosslabel.projection.words import word_ranges_batch
from tests.pipeline.labellers.tiny_labellers import TAGS, tiny_labeller
from tests.tiny_encoder import tiny_encoder

TEXTS = (
    "Anna Keller moved from Hamburg to Lisbon in 1998.",
    "Short.",
    "The Straßenbahn of 东京 passes the museum, and عمر waits there for his sister until eight.",
)


def examples(*names: str) -> list[Example]:
    """Every text under every name; with two names as a pair of a text and the next one."""
    texts = [(text, TEXTS[number - 1]) for number, text in enumerate(TEXTS)]
    return [Example(str(number), "text", "en", dict(zip(names, own, strict=False)))
            for number, own in enumerate(texts)]


def words_of(found: list[Example]) -> list[WordsByField]:
    return [dict(zip(own.fields, word_ranges_batch(list(own.fields.values()), "en"), strict=True))
            for own in found]


def labels_of(model: str, **options: Any) -> Labels:
    return known_labels(labeller_model(model), Labelling(model=model, **options))


def labelled(model: Path, rows: list[Example], **options: Any) -> list[Example | str]:
    labelling = Labelling(model=str(model), **options)
    labeller: Labeller = load_labeller(labeller_model(str(model)), labelling, "cpu")
    return labeller.label(rows, words_of(rows))


def reference(model: Path, kind: str) -> tuple[Any, Any]:
    tokenizer = transformers.AutoTokenizer.from_pretrained(model)
    network = getattr(transformers, kind).from_pretrained(model)
    return tokenizer, network.eval()


def word_probabilities(model: Path, text: str) -> list[tuple[str, float]]:
    """Best tag of each word at its first sub-word, the text read alone."""
    tokenizer, network = reference(model, "AutoModelForTokenClassification")
    [words] = word_ranges_batch([text], "en")
    encoded = tokenizer([text[start:end] for start, end in words], is_split_into_words=True,
                        return_tensors="pt")
    with torch.no_grad():
        sure = network(**encoded).logits[0].softmax(-1)
    ids = encoded.word_ids()
    first = [ids.index(word) for word in range(len(words))]
    best = [int(sure[place].argmax()) for place in first]
    return [(network.config.id2label[tag], float(sure[place, tag]))
            for place, tag in zip(first, best, strict=True)]


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_labeller(tmp_path_factory.mktemp("tagger"), "token")


def test_entities_are_the_runs_of_tags_of_first_sub_words(tagger: Path) -> None:
    rows = examples("text")
    seen = 0
    for row, found in zip(rows, labelled(tagger, rows), strict=True):
        assert isinstance(found, Example) and found.task == "spans"
        text = row.fields["text"]
        [words] = word_ranges_batch([text], "en")
        tags = word_probabilities(tagger, text)
        expected: list[tuple[int, int, str, list[float]]] = []
        previous = "O"
        for (start, end), (tag, score) in zip(words, tags, strict=True):
            goes_on = expected and expected[-1][2] == tag[2:] and tag.startswith("I-")
            if goes_on and previous != "O":
                expected[-1] = (expected[-1][0], end, tag[2:], [*expected[-1][3], score])
            elif tag != "O":
                expected.append((start, end, tag[2:], [score]))
            previous = tag
        assert [(s.fragments, s.label) for s in found.spans] == [
            (((start, end),), label) for start, end, label, _ in expected]
        for span, (*_, scores) in zip(found.spans, expected, strict=True):
            assert span.score == pytest.approx(sum(scores) / len(scores), abs=1e-5)
        seen += len(found.spans)
    assert seen > 3


def test_plain_tags_label_words(tmp_path: Path) -> None:
    model = tiny_labeller(tmp_path / "pos", "token", ["NOUN", "VERB", "X"])
    rows = examples("text")
    for row, found in zip(rows, labelled(model, rows), strict=True):
        assert isinstance(found, Example) and found.task == "words"
        expected = word_probabilities(model, row.fields["text"])
        [own] = found.words
        assert own.labels == tuple(tag for tag, _ in expected)
        assert own.scores == pytest.approx([score for _, score in expected], abs=1e-5)


def test_fields_are_labelled_each_by_itself(tagger: Path) -> None:
    rows = examples("premise", "hypothesis")
    alone = labelled(tagger, examples("text"))
    both = labelled(tagger, rows)
    assert len(both) == len(TEXTS)
    for number, found in enumerate(both):
        assert isinstance(found, Example)
        assert len({span.id for span in found.spans}) == len(found.spans)
        for field, of in (("premise", number), ("hypothesis", number - 1)):
            own = [(s.fragments, s.label) for s in found.spans if s.field == field]
            other = alone[of]
            assert isinstance(other, Example)
            assert own == [(s.fragments, s.label) for s in other.spans]


def test_long_texts_are_read_in_windows(tmp_path: Path) -> None:
    """With two layers a word far from its window's edges is tagged as in the whole text only if
    windows overlap; here every word is tagged exactly once, and as in some window of its own."""
    small = tiny_labeller(tmp_path / "small", "token", ["A", "B", "C"], positions=34)
    text = " ".join(TEXTS) + " " + " ".join(TEXTS[:1] * 3)
    row = Example("long", "text", "en", {"text": text})
    [found] = labelled(small, [row])
    assert isinstance(found, Example)
    [own] = found.words
    [words] = word_ranges_batch([text], "en")
    assert len(own.labels) == len(words) and None not in own.labels
    opening = word_probabilities(small, TEXTS[1])
    assert len(opening) == len(word_ranges_batch([TEXTS[1]], "en")[0])
    tokenizer, network = reference(small, "AutoModelForTokenClassification")
    encoded = tokenizer([text[start:end] for start, end in words], is_split_into_words=True,
                        add_special_tokens=False)
    window = torch.tensor([[0, *encoded["input_ids"][:30], 2]])
    with torch.no_grad():
        best = network(window).logits[0].argmax(-1).tolist()
    first_window = [network.config.id2label[best[1 + encoded.word_ids().index(word)]]
                    for word in range(8)]
    assert list(own.labels[:8]) == first_window


def test_schemes_of_tags_are_read_as_iob2(tmp_path: Path) -> None:
    model = tiny_labeller(tmp_path / "m", "token", ["O", "S-X", "B-X", "I-X", "E-X"])
    labelling = Labelling(model=str(model))
    assert known_labels(labeller_model(labelling.model), labelling).labels == ("X",)
    [*found] = labelled(model, examples("text"))
    tags = [tag for tag, _ in word_probabilities(model, TEXTS[0])]
    begins = sum(tag[0] in "SB" or (tag != "O" and before == "O")
                 for before, tag in zip(["O", *tags], tags, strict=False))
    assert isinstance(found[0], Example) and len(found[0].spans) == begins


@pytest.mark.parametrize("names", [("text",), ("premise", "hypothesis")])
def test_classes_of_texts_and_pairs(tmp_path: Path, names: tuple[str, ...]) -> None:
    model = tiny_labeller(tmp_path / "m", "sequence", ["bad", "good", "mixed"])
    tokenizer, network = reference(model, "AutoModelForSequenceClassification")
    rows = examples(*names)
    for row, found in zip(rows, labelled(model, rows), strict=True):
        assert isinstance(found, Example) and found.task == "text"
        with torch.no_grad():
            sure = network(**tokenizer(*row.fields.values(), return_tensors="pt")).logits[0]
        expected = sure.softmax(-1).tolist()
        assert list(found.probabilities.values()) == pytest.approx(expected, abs=1e-5)
        assert found.label == max(found.probabilities, key=lambda name: found.probabilities[name])


def test_values_of_texts(tmp_path: Path) -> None:
    model = tiny_labeller(tmp_path / "m", "sequence", ["value"], problem_type="regression")
    tokenizer, network = reference(model, "AutoModelForSequenceClassification")
    rows = examples("sentence1", "sentence2")
    for row, found in zip(rows, labelled(model, rows), strict=True):
        assert isinstance(found, Example) and found.label is None and not found.probabilities
        with torch.no_grad():
            [[value]] = network(**tokenizer(*row.fields.values(), return_tensors="pt")).logits
        assert found.value == pytest.approx(float(value), abs=1e-4)


def test_a_text_over_the_limit_has_no_class(tmp_path: Path) -> None:
    model = tiny_labeller(tmp_path / "m", "sequence", ["bad", "good"], positions=20)
    found = labelled(model, examples("text"))
    assert isinstance(found[1], Example)
    assert isinstance(found[2], str) and found[2].startswith("over-limit: ")


def question(context: str) -> Example:
    return Example("q", "text", "en", {"question": "Who moved to Lisbon?", "context": context})


def answer_by_hand(model: Path, row: Example) -> tuple[str, float, float]:
    """The best answer of a context that fits, its probability, and how sure there is none."""
    tokenizer, network = reference(model, "AutoModelForQuestionAnswering")
    encoded = tokenizer(*row.fields.values(), return_tensors="pt", return_offsets_mapping=True)
    offsets = encoded.pop("offset_mapping")[0].tolist()
    sides = encoded.sequence_ids(0)
    with torch.no_grad():
        output = network(**encoded)
    starts, ends = output.start_logits[0], output.end_logits[0]
    score, first, last = max(
        ((float(starts[i] + ends[j]), i, j) for i in range(len(sides)) for j in range(i, len(sides))
         if sides[i] == 1 == sides[j]), key=lambda own: own[0])
    sure = float(starts.softmax(0)[first] * ends.softmax(0)[last])
    answer = row.fields["context"][offsets[first][0]:offsets[last][1]].strip()
    return answer, sure, float(starts[0] + ends[0]) - score


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_labeller(tmp_path_factory.mktemp("reader"), "qa")


@pytest.mark.parametrize("context", TEXTS)
def test_answers_are_the_best_range_of_the_context(reader: Path, context: str) -> None:
    row = question(context)
    answer, sure, nothing = answer_by_hand(reader, row)
    [found] = labelled(reader, [row])
    assert isinstance(found, Example)
    [span] = found.spans
    assert (span.field, span.label) == ("context", "answer")
    assert context[slice(*span.fragments[0])] == answer
    assert span.score == pytest.approx(sure, abs=1e-5)
    for limit, answered in ((nothing + 0.01, True), (nothing - 0.01, False)):
        [found] = labelled(reader, [row], no_answer_above=limit)
        assert isinstance(found, Example) and bool(found.spans) == answered


def test_an_answer_may_lie_in_any_window(tmp_path: Path) -> None:
    small = tiny_labeller(tmp_path / "m", "qa", positions=44)
    context = " ".join(TEXTS * 3)
    [found] = labelled(small, [question(context)])
    assert isinstance(found, Example)
    [span] = found.spans
    pieces = [context[start:start + 60] for start in range(0, len(context), 40)]
    alone = [labelled(small, [question(piece)])[0] for piece in pieces]
    assert all(isinstance(own, Example) and own.spans for own in alone)
    start, end = span.fragments[0]
    assert 0 <= start < end <= len(context)


def test_a_row_without_a_question_is_said_so(reader: Path) -> None:
    found = labelled(reader, [*examples("text")[:1], question(TEXTS[0])])
    assert isinstance(found[0], str) and found[0].startswith("missing-field: context, question")
    assert isinstance(found[1], Example)


def test_labels_get_other_names_or_none(tagger: Path) -> None:
    rows = examples("text")
    before, after = labelled(tagger, rows), labelled(tagger, rows, labels={"LOC": "place",
                                                                          "PER": None})
    for own, other in zip(before, after, strict=True):
        assert isinstance(own, Example) and isinstance(other, Example)
        assert [(s.fragments, s.score) for s in own.spans if s.label == "LOC"] == [
            (s.fragments, s.score) for s in other.spans]
        assert {s.label for s in other.spans} <= {"place"}
    labels = labels_of(str(tagger), labels={"LOC": "PER"})
    assert labels.labels == ("PER",)
    expected = r"label\.labels: .* gives no label 'ORG'; it gives PER, LOC"
    with pytest.raises(InputError, match=expected):
        labels_of(str(tagger), labels={"ORG": "X"})


def test_classes_of_one_name_count_together(tmp_path: Path) -> None:
    model = tiny_labeller(tmp_path / "m", "sequence", ["bad", "good", "mixed"])
    rows = examples("text")
    plain = labelled(model, rows)
    joined = labelled(model, rows, labels={"mixed": "bad"})
    assert len(plain) == len(TEXTS)
    for own, other in zip(plain, joined, strict=True):
        assert isinstance(own, Example) and isinstance(other, Example)
        sure = own.probabilities
        bad = sure["bad"] + sure["mixed"]
        assert other.probabilities == {"bad": bad, "good": sure["good"]}
        assert other.label == ("bad" if bad > sure["good"] else "good")


def test_what_a_row_carried_is_replaced(tagger: Path) -> None:
    row = Example("1", "words", "en", {"text": TEXTS[1]}, label="old",
                  words=(Words("text", ((0, 5), (5, 6)), ("X", None)),), meta={"kept": 1})
    [found] = labelled(tagger, [row])
    assert isinstance(found, Example)
    assert (found.label, found.words, found.meta) == (None, (), {"kept": 1})


def test_unusable_models_are_named(tmp_path: Path, tagger: Path) -> None:
    with pytest.raises(InputError, match=r"of kind 'encoder', where one of kind 'labeller'"):
        labels_of(str(tiny_encoder()))
    plain = tmp_path / "plain"
    shutil.copytree(tagger, plain)
    config = (plain / "config.json").read_text()
    (plain / "config.json").write_text(config.replace("ForTokenClassification", "ForMaskedLM"))
    with pytest.raises(InputError, match="gives no labels, its config says"):
        labels_of(str(plain))
    (tagger.parent / "none").mkdir(exist_ok=True)
    with pytest.raises(InputError, match="so not a model"):
        labels_of(str(tagger.parent / "none"))


def test_a_checkpoint_without_its_head_is_refused(tmp_path: Path) -> None:
    encoder = tiny_labeller(tmp_path / "m", "token")
    other = tiny_labeller(tmp_path / "other", "qa")
    shutil.copy(other / "model.safetensors", encoder)
    with pytest.raises(InputError, match="its model cannot be loaded"):
        labelled(encoder, [])


def test_tags_in_the_order_of_the_model(tagger: Path) -> None:
    assert TAGS[1][2:] == "PER"
    assert labels_of(str(tagger)).labels == ("PER", "LOC")


@pytest.mark.parametrize(("head", "line"), [
    ("token", "can label spans: PER, LOC"), ("sequence", "can label texts: O, B-PER, "),
    ("qa", "can label spans: answer"),
])
def test_models_check_tries_a_labeller(tmp_path: Path, head: str, line: str) -> None:
    model = tiny_labeller(tmp_path / "m", head)
    found = list(check_model(str(model), None, TEXTS[0], "en"))
    assert found[0] == "xlm-roberta, licence unknown"
    assert found[1].startswith(line)
    assert found[2].startswith(f"{TEXTS[0]} [")
