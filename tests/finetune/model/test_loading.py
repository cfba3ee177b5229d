"""Checkpoints: what is loaded, refused, exported; the stock classes open what was exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertConfig,
    PreTrainedTokenizerFast,
    XLMRobertaForMaskedLM,
)

from crosslabel.finetune.model.loading import default_fusion, export, load_student, load_trained
from crosslabel.finetune.schema import Task
from crosslabel.projection.errors import InputError
from tests.finetune.model.tiny import LAYERS, PAD, config, pairs, randomized

LABELS: dict[Task, list[str]] = {"sequence": ["no", "yes"], "token": ["O", "B-X", "I-X"], "qa": []}
AUTO: list[tuple[Task, Any, list[str]]] = [
    ("sequence", AutoModelForSequenceClassification, ["logits"]),
    ("token", AutoModelForTokenClassification, ["logits"]),
    ("qa", AutoModelForQuestionAnswering, ["start_logits", "end_logits"]),
]


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A masked language model: an encoder, a head that no task needs, a tokenizer."""
    folder = tmp_path_factory.mktemp("pretrained")
    randomized(XLMRobertaForMaskedLM(config())).float().save_pretrained(folder)
    vocabulary = {word: number for number, word in enumerate(["<s>", "<pad>", "</s>", "a", "b"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>").save_pretrained(folder)
    return folder


@pytest.mark.parametrize("task", LABELS)
def test_a_student_has_the_encoder_of_its_checkpoint(pretrained: Path, task: Task) -> None:
    student = load_student(pretrained, task, LABELS[task])
    weights = load_file(pretrained / "model.safetensors")
    own = {name: value for name, value in student.state_dict().items() if "roberta." in name}
    assert own and student.training
    for name, value in own.items():
        torch.testing.assert_close(value, weights[name], rtol=0, atol=0)
        assert value.dtype == torch.float32


@pytest.mark.parametrize("task", LABELS)
def test_loading_prints_nothing(
    pretrained: Path, task: Task, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    load_student(pretrained, task, LABELS[task])
    assert capfd.readouterr() == ("", "") and not caplog.records


def test_config_says_labels_and_fusion(pretrained: Path) -> None:
    own = load_student(pretrained, "token", LABELS["token"], local=0, fused=3).config
    assert own.id2label == {0: "O", 1: "B-X", 2: "I-X"}
    assert own.label2id == {"O": 0, "B-X": 1, "I-X": 2}
    assert (own.fusion_m, own.fusion_k) == (0, 3)


def test_no_labels_make_a_regression_of_sequences_and_two_ends_of_answers(pretrained: Path) -> None:
    value, answer = (load_student(pretrained, task, []) for task in ("sequence", "qa"))
    assert value.config.problem_type == "regression" and value.num_labels == 1
    assert answer.num_labels == 2


@pytest.mark.parametrize(
    ("task", "layers", "expected"),
    [("sequence", 12, (1, 1)), ("token", 24, (1, 1)), ("qa", 24, (1, 20)), ("qa", 12, (1, 10)),
     ("qa", 1, (1, 0)), ("token", 1, (1, 0)), ("qa", 4, (1, 3))],
)  # fmt: skip
def test_default_fusion(task: Task, layers: int, expected: tuple[int, int]) -> None:
    assert default_fusion(task, layers) == expected


@pytest.mark.parametrize(
    ("task", "labels", "message"),
    [("token", [], "0 classes"), ("token", ["O"], "1 classes"), ("sequence", ["x"], "regression"),
     ("qa", ["x", "y"], "no classes"), ("token", ["O", "O"], "not unique")],
)  # fmt: skip
def test_labels_that_do_not_fit_are_refused(
    pretrained: Path, task: Task, labels: list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        load_student(pretrained, task, labels)


def test_too_many_layers_are_refused(pretrained: Path) -> None:
    with pytest.raises(InputError, match=f"2 local and 3 fused .*with {LAYERS}"):
        load_student(pretrained, "qa", [], local=2, fused=3)


def test_another_family_is_refused(tmp_path: Path) -> None:
    BertConfig().save_pretrained(tmp_path)
    with pytest.raises(InputError, match=r"type 'bert'.*'xlm-roberta'"):
        load_student(tmp_path, "qa", [])


def test_a_folder_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no config\.json"):
        load_student(tmp_path, "qa", [])


@pytest.mark.parametrize("how", ["missing", "misshapen", "broken"])
def test_an_incomplete_encoder_is_refused(pretrained: Path, tmp_path: Path, how: str) -> None:
    (tmp_path / "config.json").write_bytes((pretrained / "config.json").read_bytes())
    weights = load_file(pretrained / "model.safetensors")
    name = "roberta.encoder.layer.2.output.dense.weight"
    changed = {"missing": None, "misshapen": torch.zeros(3, 3)}.get(how)
    kept = {key: value for key, value in weights.items() if key != name}
    kept |= {} if changed is None else {name: changed}
    save_file(kept, tmp_path / "model.safetensors", {"format": "pt"})
    if how == "broken":
        (tmp_path / "model.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(InputError, match="cannot be loaded" if how == "broken" else name):
        load_student(tmp_path, "token", LABELS["token"])


@pytest.mark.parametrize(("task", "auto", "names"), AUTO)
def test_the_stock_class_opens_what_was_exported_and_says_the_same(
    pretrained: Path, tmp_path: Path, task: Task, auto: Any, names: list[str]
) -> None:
    student = load_student(pretrained, task, LABELS[task])
    randomized(student).float()
    export(student, pretrained, tmp_path / "out", "# A card\n")
    stock, report = auto.from_pretrained(tmp_path / "out", output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"]
    said = json.loads((tmp_path / "out" / "config.json").read_text())["architectures"]
    assert said == [type(stock).__name__]
    ids = pairs([(6, 1), (4, 1)])[:, 0]
    expected, found = stock(ids, attention_mask=(ids != PAD).long()), student(ids)
    for name in names:
        own, other = found[name][:, 0], expected[name]
        chosen = ids != PAD if own.shape[:2] == ids.shape else slice(None)
        torch.testing.assert_close(own[chosen], other[chosen], rtol=0, atol=1e-5)


def test_an_export_holds_safetensors_the_tokenizer_and_the_card(
    pretrained: Path, tmp_path: Path
) -> None:
    export(load_student(pretrained, "qa", []), pretrained, tmp_path, "# A card\n")
    assert (tmp_path / "README.md").read_text() == "# A card\n"
    assert (tmp_path / "model.safetensors").is_file()
    tokenizer = (tmp_path / "tokenizer.json").read_bytes()
    assert tokenizer == (pretrained / "tokenizer.json").read_bytes()
    assert AutoTokenizer.from_pretrained(tmp_path)("a b").input_ids == [3, 4]


def test_a_tokenizer_in_memory_is_exported_too(pretrained: Path, tmp_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(pretrained)
    export(load_student(pretrained, "qa", []), tokenizer, tmp_path, "")
    assert AutoTokenizer.from_pretrained(tmp_path)("b a").input_ids == [4, 3]


def test_a_folder_without_a_tokenizer_is_refused(pretrained: Path, tmp_path: Path) -> None:
    student = load_student(pretrained, "qa", [])
    with pytest.raises(InputError, match="no tokenizer"):
        export(student, tmp_path / "nowhere", tmp_path / "out", "")


@pytest.mark.parametrize("task", LABELS)
@pytest.mark.parametrize("how", ["exported", "saved"])
def test_a_trained_model_comes_back_whole(
    pretrained: Path, tmp_path: Path, task: Task, how: str
) -> None:
    student = load_student(pretrained, task, LABELS[task], local=1, fused=2)
    randomized(student).float()
    if how == "exported":
        export(student, pretrained, tmp_path, "")
    else:
        student.save_pretrained(tmp_path)
    trained = load_trained(tmp_path)
    assert type(trained) is type(student) and not trained.training
    assert (trained.config.fusion_m, trained.config.fusion_k) == (1, 2)
    ids = pairs([(6, 3), (4, 5)])
    for name, value in student(ids).items():
        torch.testing.assert_close(trained(ids)[name], value)


def test_an_encoder_is_no_trained_model(pretrained: Path) -> None:
    with pytest.raises(InputError, match="not a fine-tuned model"):
        load_trained(pretrained)


def test_a_trained_model_without_its_head_is_refused(pretrained: Path, tmp_path: Path) -> None:
    load_student(pretrained, "token", LABELS["token"]).save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    del weights["classifier.weight"]
    save_file(weights, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(InputError, match=r"lack classifier\.weight and 0 more"):
        load_trained(tmp_path)
