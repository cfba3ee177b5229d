"""Predictions against the stock classes of transformers, row by row without batches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from seqeval.metrics.sequence_labeling import get_entities
from transformers import (
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
)

from crosslabel.finetune.features.featurize import featurize
from crosslabel.finetune.features.options import feature_options
from crosslabel.finetune.inference.predict import predict
from crosslabel.finetune.inference.raw_input import featurize_for
from crosslabel.finetune.reading.table import FeatureTable
from crosslabel.projection.errors import InputError
from tests.finetune import tiny_features
from tests.finetune.inference.tiny_models import IOB, TEXTS, tiny_model, write_rows, write_texts

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("predict")


@pytest.fixture(scope="module")
def tagger(folder: Path) -> Path:
    return tiny_model(folder / "tagger", "token", IOB)


@pytest.fixture(scope="module")
def texts(folder: Path, tagger: Path) -> FeatureTable:
    """Features of texts, one of them in several windows."""
    return featurize_for(tagger, write_texts(folder / "texts.jsonl"), max_length=24)[0]


def logits(model: Any, row: dict[str, Any]) -> Any:
    with torch.inference_mode():
        return model.eval()(input_ids=torch.tensor([row["a_input_ids"]]))


def probabilities(values: Any) -> Any:
    return torch.softmax(values[0], -1).numpy()


def as_rows(models: list[Path], features: FeatureTable, **options: Any) -> Rows:
    return [own.as_row() for own in predict(models, features, **options)]


def test_tags_are_those_of_each_words_first_sub_word(tagger: Path, texts: FeatureTable) -> None:
    stock = AutoModelForTokenClassification.from_pretrained(tagger)
    expected: dict[str, list[tuple[str, float]]] = {}
    rows = texts.rows.to_pylist()
    assert len(rows) > len(TEXTS)
    for row in rows:
        own = expected.setdefault(row["example_id"], [])
        sure = probabilities(logits(stock, row).logits)
        for token, word in enumerate(row["a_word_ids"]):
            if word == len(own):
                own.append((IOB[sure[token].argmax()], sure[token].max()))
    found = as_rows([tagger], texts)
    assert [own["id"] for own in found] == [f"t{n}" for n in range(len(TEXTS))]
    assert len({tag for own in found for tag in own["tags"]}) > 2
    for own in found:
        tags, scores = zip(*expected[own["id"]], strict=True)
        assert own["tags"] == list(tags)
        assert own["scores"] == pytest.approx(scores, abs=1e-5)


def test_words_are_characters_of_the_whole_text(tagger: Path, texts: FeatureTable) -> None:
    rows = as_rows([tagger], texts)
    assert len(rows) == 4
    for text, own in zip(TEXTS, rows, strict=True):
        assert (own["text"], own["lang"]) == (text, "de")
        words = [text[start:end] for start, end in own["words"]]
        assert "".join(words) == text.replace(" ", "")
        assert "Lissabon" in words or text != TEXTS[0]


def test_spans_are_the_entities_of_the_tags(tagger: Path, texts: FeatureTable) -> None:
    count = 0
    for own in as_rows([tagger], texts):
        expected = [
            {"start": own["words"][first][0], "end": own["words"][last][1], "label": label,
             "score": pytest.approx(np.mean(own["scores"][first:last + 1]), abs=1e-5)}
            for label, first, last in get_entities(own["tags"])
        ]  # fmt: skip
        assert own["spans"] == expected
        count += len(expected)
    assert count


def test_plain_labels_give_no_spans(folder: Path) -> None:
    model = tiny_model(folder / "pos", "token", ("NOUN", "VERB"))
    features, _ = featurize_for(model, write_texts(folder / "pos.jsonl"))
    found = as_rows([model], features)
    assert all("spans" not in own for own in found)
    assert {tag for own in found for tag in own["tags"]} <= {"NOUN", "VERB"}


def test_several_models_give_their_mean_logits(
    folder: Path, tagger: Path, texts: FeatureTable
) -> None:
    other = tiny_model(folder / "other", "token", IOB, seed=5)
    stocks = [AutoModelForTokenClassification.from_pretrained(own) for own in (tagger, other)]
    row = texts.rows.to_pylist()[0]
    sure = probabilities(sum(logits(own, row).logits for own in stocks) / 2)
    firsts = [row["a_word_ids"].index(word) for word in range(max(row["a_word_ids"]) + 1)]
    found = as_rows([tagger, other], texts)[0]
    assert found["tags"] == [IOB[n] for n in sure[firsts].argmax(-1)]
    assert found["scores"] == pytest.approx(sure[firsts].max(-1), abs=1e-5)


def test_classes(folder: Path) -> None:
    names = ("neutral", "yes", "no")
    model = tiny_model(folder / "classes", "sequence", names)
    file = write_rows(folder / "pairs.jsonl", [
        {"id": str(n), "lang": "de", "fields": {"premise": text, "hypothesis": TEXTS[1]},
         "label": "no"} for n, text in enumerate(TEXTS)])
    features, _ = featurize_for(model, file)
    stock = AutoModelForSequenceClassification.from_pretrained(model)
    rows = features.rows.to_pylist()
    assert len(rows) == 4
    for row, own in zip(rows, as_rows([model], features), strict=True):
        sure = probabilities(logits(stock, row).logits)
        assert own["id"] == row["example_id"]
        assert list(own["probabilities"]) == list(names)
        assert list(own["probabilities"].values()) == pytest.approx(sure, abs=1e-5)
        assert own["label"] == names[sure.argmax()]
        assert own["score"] == own["probabilities"][own["label"]]


def test_values(folder: Path) -> None:
    model = tiny_model(folder / "values", "sequence")
    features, _ = featurize_for(model, write_texts(folder / "values.jsonl"))
    stock = AutoModelForSequenceClassification.from_pretrained(model)
    rows = features.rows.to_pylist()
    expected = [logits(stock, row).logits.item() for row in rows]
    found = as_rows([model], features)
    assert [own["value"] for own in found] == pytest.approx(expected, abs=1e-5)


def test_answers_are_the_best_of_all_windows(folder: Path) -> None:
    model = tiny_model(folder / "qa", "qa")
    file = write_rows(folder / "qa.jsonl", [
        {"id": str(n), "lang": "de", "fields": {"question": "Wer war das?", "context": text}}
        for n, text in enumerate([*TEXTS, " ".join(TEXTS)])])
    features, _ = featurize_for(model, file, max_length=36, stride=8)
    stock = AutoModelForQuestionAnswering.from_pretrained(model)
    rows = features.rows.to_pylist()
    found = as_rows([model], features)
    assert len(rows) > len(found) == 5
    for own in found:
        windows = [row for row in rows if row["example_id"] == own["id"]]
        scored = [(row, logits(stock, row)) for row in windows]
        best, place = max(option for one in scored for option in options(*one))
        assert own["score"] == pytest.approx(best, abs=1e-4)
        assert (own["start"], own["end"]) == place
        assert own["answer"] == windows[0]["a_text"][place[0]:place[1]] != ""
        nothing = min((out.start_logits[0, 0] + out.end_logits[0, 0]).item() for _, out in scored)
        assert own["no_answer_score"] == pytest.approx(nothing, abs=1e-4)


def options(row: dict[str, Any], out: Any) -> list[tuple[float, tuple[int, int]]]:
    """All answers of a window with their scores."""
    context = range(row["a_ctx_begin"], row["a_ctx_end"])
    return [
        (float(out.start_logits[0, first] + out.end_logits[0, last]),
         (row["a_offsets"][2 * first], row["a_offsets"][2 * last + 1]))
        for first in context if row["max_context"][first]
        for last in context if first <= last < first + 64
    ]  # fmt: skip


def test_a_fused_model_sees_the_translation(folder: Path, tagger: Path) -> None:
    """Rows without side b see themselves twice; one side is enough for a model without fusion."""
    fused = tiny_model(folder / "fused", "token", IOB, fused=1)
    tokens = [0, 50, 60, 70, 2]
    shape = {"a_input_ids": tokens, "a_word_ids": [-1, 0, 1, 2, -1], "a_text": "a b c",
             "a_offsets": [0, 0, 0, 1, 2, 3, 4, 5, 0, 0], "lang_a": "de"}
    rows = [shape | {"example_id": str(n), "b_input_ids": b}
            for n, b in enumerate([[], tokens, [0, 90, 91, 92, 93, 2]])]
    features = _hand_made(folder / "sides", tagger, rows)
    without, itself, other = (own["scores"] for own in as_rows([fused], features))
    assert without == pytest.approx(itself, abs=1e-5)
    assert max(np.abs(np.subtract(itself, other))) > 1e-3
    one_sided = [own["scores"] for own in as_rows([fused], features, sides=1)]
    assert one_sided[0] == pytest.approx(one_sided[2], abs=1e-5)
    plain = as_rows([tagger], features)
    assert plain[0]["scores"] == pytest.approx(plain[2]["scores"], abs=1e-5)
    assert [own["scores"] for own in as_rows([tagger], features, sides=2)] == [
        pytest.approx(own["scores"], abs=1e-5) for own in plain]


def test_a_word_without_sub_words_is_outside(folder: Path, tagger: Path) -> None:
    row = {"a_input_ids": [0, 50, 70, 2], "a_word_ids": [-1, 0, 2, -1], "a_text": "a b c",
           "a_offsets": [0, 0, 0, 1, 4, 5, 0, 0], "lang_a": "de", "example_id": "1"}
    own = as_rows([tagger], _hand_made(folder / "gap", tagger, [row]))[0]
    assert own["words"] == [[0, 1], None, [4, 5]]
    assert (own["tags"][1], own["scores"][1]) == ("O", None)


def _hand_made(folder: Path, model: Path, rows: Rows) -> FeatureTable:
    from crosslabel.finetune.sidecar import read_sidecar
    from crosslabel.finetune.tokenizer import tokenizer_facts
    from tests.finetune.scores.gold_folders import write_gold

    full = [{"length": len(row["a_input_ids"]), "a_token_labels": [0] * len(row["a_input_ids"])}
            | row for row in rows]
    write_gold(folder, "token", IOB, full)
    sidecar = read_sidecar(folder)
    sidecar.model_copy(update={"tokenizer": tokenizer_facts(str(model))}).write(folder)
    return FeatureTable.open(folder)


def test_features_for_training_hold_no_texts(folder: Path, tagger: Path) -> None:
    tiny_features.write(folder / "training", "token")
    with pytest.raises(InputError, match="features for training only"):
        next(iter(predict([tagger], FeatureTable.open(folder / "training"))))


def test_another_tokenizer_is_refused(tagger: Path, texts: FeatureTable) -> None:
    other = texts.sidecar.tokenizer.model_copy(update={"sha256": "0"})
    features = replace(texts, sidecar=texts.sidecar.model_copy(update={"tokenizer": other}))
    with pytest.raises(InputError, match="another tokenizer"):
        next(iter(predict([tagger], features)))


def test_files_need_a_fine_tuned_model(folder: Path, tagger: Path, tmp_path: Path) -> None:
    encoder = folder / "tagger-encoder"
    file = write_texts(tmp_path / "texts.jsonl")
    with pytest.raises(InputError, match="gives no labels, its config says"):
        featurize_for(encoder, file)
    with pytest.raises(InputError, match="so no model"):
        featurize_for(tmp_path / "nothing", file)
    options = feature_options(task="token", labels=("O", "B-X"), max_length=64)
    featurize(file, tmp_path / "others", str(encoder), options)
    with pytest.raises(InputError, match="its labels are O, B-PER"):
        next(iter(predict([tagger], FeatureTable.open(tmp_path / "others"))))
