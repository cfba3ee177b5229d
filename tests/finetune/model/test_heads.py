"""The three models: logits and losses, against the stock classes and among themselves."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import (
    XLMRobertaForQuestionAnswering,
    XLMRobertaForSequenceClassification,
    XLMRobertaForTokenClassification,
)

from crosslabel.finetune.model.heads import FilterForQA, FilterForSequence, FilterForToken
from crosslabel.finetune.model.losses import LossWeights
from crosslabel.projection.errors import InputError
from tests.finetune.model.tiny import PAD, config, pairs, randomized, two_sided

CLASSES = 3
EXACT = {"rtol": 0, "atol": 1e-9}
CLOSE = {"rtol": 1e-5, "atol": 1e-5}  # losses are float32
few = settings(max_examples=25)
Batch = dict[str, Tensor]


def made(kind: Any, local: int = 1, fused: int = 2, classes: int = CLASSES) -> Any:
    return randomized(kind(config(num_labels=classes, fusion_m=local, fusion_k=fused)))


SEQUENCE, TOKEN, QA = made(FilterForSequence), made(FilterForToken), made(FilterForQA, classes=2)
VALUE = made(FilterForSequence, classes=1)
MODELS = {"sequence": SEQUENCE, "value": VALUE, "token": TOKEN, "qa": QA}
TASKS = st.sampled_from(list(MODELS))
STOCK = [
    (FilterForSequence, XLMRobertaForSequenceClassification, CLASSES, ["logits"]),
    (FilterForToken, XLMRobertaForTokenClassification, CLASSES, ["logits"]),
    (FilterForQA, XLMRobertaForQuestionAnswering, 2, ["start_logits", "end_logits"]),
]


def batch(task: str, lengths: list[tuple[int, int]], seed: int = 0, tail: int = 0) -> Batch:
    """A batch with labels of all kinds, some absent; a row depends on its number alone."""
    ids = pairs(lengths, seed, tail)
    rows, _, width = ids.shape
    made: Batch = {"input_ids": ids}
    known = torch.arange(rows) % 3 != 2

    def numbers(own: int, *shape: int) -> Tensor:
        generator = torch.Generator().manual_seed(seed + own)
        return torch.stack([torch.rand(40, *shape, generator=generator) for _ in range(rows)])

    def log(values: Tensor) -> Tensor:
        return (6 * values).log_softmax(-1)

    real = {"a": ids[:, 0] != PAD, "b": ids[:, 1] != PAD}
    for number, side in enumerate("ab"):
        classes = (numbers(number) * CLASSES).long()
        has_b = known if side == "a" else ~known | (torch.arange(rows) % 2 == 0)
        has_b = has_b & real[side].any(-1)
        if task == "sequence":
            made[f"{side}_labels"] = classes[:, 0].where(has_b, -100)
        elif task == "value":
            made[f"{side}_values"] = numbers(number)[:, 0].where(has_b, math.nan)
        elif task == "token":
            made[f"{side}_labels"] = classes[:, :width].where(
                real[side] & (numbers(5)[:, :width] < 0.7), -100)
        else:
            count = real[side].sum(-1)
            begin = (count // 3).clamp(min=1)
            made[f"{side}_context"] = torch.stack([begin, count.clamp(min=1)], -1)
            last = torch.where(count > begin, count - 1, 0)
            made[f"{side}_start"] = torch.where(count > begin, begin, 0).where(has_b, -100)
            made[f"{side}_end"] = last.where(has_b, -100)
    made["soft_mask"] = known
    if task == "sequence":
        made["a_soft"] = log(numbers(7, CLASSES)[:, 0])
    elif task == "value":
        made["a_soft"] = numbers(7)[:, :1]
    elif task == "token":
        made["a_weights"] = numbers(8)[:, :width]
        made["a_soft"] = log(numbers(7, CLASSES)[:, :width])
        made["soft_mask"] = real["a"] & known[:, None]
    else:
        width_or_less = real["a"] & (torch.arange(width) >= made["a_context"][:, :1])
        width_or_less[:, 0] = True
        for own, end in ((7, "start"), (8, "end")):
            values = numbers(own)[:, :width].masked_fill(~width_or_less, -math.inf)
            made[f"a_soft_{end}"] = log(values)
    return made


def outputs(model: Any, given: Batch, **weights: float) -> Any:
    model.loss_weights = LossWeights(**weights)
    return model(**given)


@pytest.mark.parametrize(("ours", "stock", "classes", "names"), STOCK)
def test_one_side_gives_the_logits_of_the_stock_class(
    ours: Any, stock: Any, classes: int, names: list[str]
) -> None:
    model, plain = made(ours, classes=classes), randomized(stock(config(num_labels=classes)))
    plain.load_state_dict(model.state_dict())
    ids = pairs([(7, 1), (4, 1)])[:, 0]
    expected = plain(ids, attention_mask=(ids != PAD).long())
    for found in (model(ids), model(ids[:, None])):
        for name in names:
            own, other = found[name][:, 0], expected[name]
            per_token = own.shape[:2] == ids.shape
            chosen = ids != PAD if per_token else slice(None)
            torch.testing.assert_close(own[chosen], other[chosen], **EXACT)


@pytest.mark.parametrize(("ours", "stock", "classes", "names"), STOCK)
def test_one_side_in_training_drops_out_what_the_stock_class_drops_out(
    ours: Any, stock: Any, classes: int, names: list[str]
) -> None:
    rates = {"hidden_dropout_prob": 0.2, "classifier_dropout": 0.5}
    model, plain = (randomized(kind(config(num_labels=classes, **rates))).train()
                    for kind in (ours, stock))
    ids = pairs([(6, 1), (6, 1)])[:, 0]
    torch.manual_seed(3)
    expected = plain(ids)
    torch.manual_seed(3)
    found = model(ids)
    for name in names:
        torch.testing.assert_close(found[name][:, 0], expected[name], **EXACT)


@pytest.mark.parametrize("classes", [CLASSES, 1])
def test_losses_of_sequences_without_fusion_are_the_stock_losses(classes: int) -> None:
    model = made(FilterForSequence, fused=0, classes=classes)
    plain = randomized(XLMRobertaForSequenceClassification(config(num_labels=classes)))
    ids, (a, b) = pairs([(5, 7), (3, 4)]), (torch.tensor([2, 0]), torch.tensor([1, 1]))
    kind = "values" if classes == 1 else "labels"
    if classes == 1:
        a, b = a.double(), b.double()
    found = model(ids, **{f"a_{kind}": a, f"b_{kind}": b})
    mask = (ids != PAD).long()
    for term, side, labels in (("hard_a", 0, a), ("hard_b", 1, b)):
        expected = plain(ids[:, side], attention_mask=mask[:, side], labels=labels).loss
        torch.testing.assert_close(found[term].double(), expected.double(), **CLOSE)
    torch.testing.assert_close(found.loss, found.hard_a + found.hard_b, **CLOSE)


def test_losses_of_tokens_without_fusion_are_the_stock_losses() -> None:
    model = made(FilterForToken, fused=0)
    plain = randomized(XLMRobertaForTokenClassification(config(num_labels=CLASSES)))
    given = batch("token", [(5, 7), (3, 4)])
    ids, mask = given["input_ids"], (given["input_ids"] != PAD).long()
    found = model(ids, a_labels=given["a_labels"], b_labels=given["b_labels"])
    for side, name in enumerate("ab"):
        own = {"attention_mask": mask[:, side], "labels": given[f"{name}_labels"]}
        expected = plain(ids[:, side], **own).loss.double()
        torch.testing.assert_close(found[f"hard_{name}"].double(), expected, **CLOSE)


def test_losses_of_answers_without_fusion_are_the_stock_losses() -> None:
    model = made(FilterForQA, fused=0, classes=2)
    plain = randomized(XLMRobertaForQuestionAnswering(config()))
    ids, start, end = pairs([(6, 6), (6, 6)]), torch.tensor([0, 3]), torch.tensor([0, 5])
    found = model(ids, a_start=start, a_end=end, b_start=end, b_end=end)
    for term, side, first in (("hard_a", 0, start), ("hard_b", 1, end)):
        expected = plain(ids[:, side], start_positions=first, end_positions=end).loss
        torch.testing.assert_close(found[term].double(), expected.double(), **CLOSE)


@pytest.mark.parametrize("task", MODELS)
def test_what_one_side_says_is_its_own_when_nothing_is_fused(task: str) -> None:
    model = MODELS[task]
    ids = pairs([(5, 7), (3, 4)])
    model.config.fusion_k = 0
    try:
        both, swapped = model(ids), model(ids.flip(1))
    finally:
        model.config.fusion_k = 2
    for name in both:
        torch.testing.assert_close(both[name], swapped[name].flip(1), **EXACT)


@few
@given(TASKS, two_sided(shortest_b=0), st.integers(0, 99), st.integers(1, 5))
def test_more_padding_changes_no_loss(
    task: str, lengths: list[tuple[int, int]], seed: int, tail: int
) -> None:
    short, long = (
        outputs(MODELS[task], batch(task, lengths, seed, more), soft=0.4, temperature=2.0)
        for more in (0, tail)
    )
    for term in ("loss", "hard_a", "hard_b", "soft_a"):
        torch.testing.assert_close(long[term], short[term], **CLOSE)


def counts(task: str, given: Batch) -> dict[str, Tensor]:
    """Number of valid items (B,) of each term."""
    mask = given["soft_mask"].reshape(len(given["soft_mask"]), -1).sum(-1)
    found = {"soft_a": mask}
    for side in "ab":
        key = {"qa": "start", "value": "values"}.get(task, "labels")
        labels = given[f"{side}_{key}"]
        valid = ~labels.isnan() if task == "value" else labels != -100
        found[f"hard_{side}"] = valid.reshape(len(labels), -1).sum(-1)
    return found


@few
@given(TASKS, two_sided(shortest_b=0), st.integers(0, 99))
def test_terms_of_a_batch_are_means_of_those_of_its_rows(
    task: str, lengths: list[tuple[int, int]], seed: int
) -> None:
    given = batch(task, lengths, seed)
    whole = outputs(MODELS[task], given, temperature=2.0)
    alone = [
        outputs(MODELS[task], {key: value[[row]] for key, value in given.items()}, temperature=2.0)
        for row in range(len(lengths))
    ]
    for term, items in counts(task, given).items():
        expected = sum(items[row] * own[term] for row, own in enumerate(alone)) / max(
            1, int(items.sum()))
        torch.testing.assert_close(whole[term], expected.to(whole[term].dtype), **CLOSE)


@few
@given(TASKS, st.integers(0, 99))
def test_a_row_without_labels_has_no_influence(task: str, seed: int) -> None:
    given = batch(task, [(5, 6), (4, 8)], seed)
    none = {"a_labels": -100, "b_labels": -100, "a_values": math.nan, "b_values": math.nan,
            "a_start": -100, "a_end": -100, "b_start": -100, "b_end": -100, "soft_mask": False}
    for name, value in none.items():
        if name in given:
            given[name][1] = value
    other = given | {"input_ids": given["input_ids"].clone()}
    other["input_ids"][1] = pairs([(8, 8)], seed=7)[0]
    first, second = (outputs(MODELS[task], own, soft=0.4) for own in (given, other))
    for term in ("loss", "hard_a", "hard_b", "soft_a"):
        torch.testing.assert_close(first[term], second[term], **CLOSE)
    assert first.loss > 0


@pytest.mark.parametrize("task", MODELS)
def test_an_empty_side_b_gives_finite_losses_and_gradients(task: str) -> None:
    model = MODELS[task]
    model.zero_grad()
    found = outputs(model, batch(task, [(5, 0), (7, 0), (4, 0)]), soft=0.4)
    found.loss.backward()
    assert found.loss.isfinite() and found.hard_b == 0
    assert all(weight.grad is None or weight.grad.isfinite().all() for weight in model.parameters())
    assert all(value.isfinite().all() for value in found.values())


@pytest.mark.parametrize("task", MODELS)
def test_a_student_that_equals_its_teacher_has_no_soft_loss(task: str) -> None:
    given = batch(task, [(5, 6), (7, 2), (4, 4)])
    teacher = outputs(MODELS[task], given)
    if task == "qa":
        for end in ("start", "end"):
            given[f"a_soft_{end}"] = teacher[f"{end}_logits"][:, 0].log_softmax(-1).detach()
    else:
        logits = teacher.logits[:, 0].detach()
        given["a_soft"] = logits if task == "value" else logits.log_softmax(-1)
    assert teacher.soft_a > 1e-2
    assert abs(outputs(MODELS[task], given, temperature=3.0).soft_a) < 1e-5


@few
@given(two_sided(shortest_b=0), st.integers(0, 99))
def test_answers_lie_at_position_0_or_in_the_context(
    lengths: list[tuple[int, int]], seed: int
) -> None:
    given = batch("qa", lengths, seed)
    found = QA(**given)
    place = torch.arange(given["input_ids"].shape[-1])
    for number, side in enumerate("ab"):
        begin, end = given[f"{side}_context"].T.unsqueeze(-1)
        allowed = (place == 0) | ((place >= begin) & (place < end))
        for logits in (found.start_logits[:, number], found.end_logits[:, number]):
            chances = logits.softmax(-1)
            assert ((chances > 0) == allowed).all()
            assert logits.isfinite().all()


def test_tokens_outside_of_the_context_are_taught_nothing_as_answers() -> None:
    given = batch("qa", [(8, 8)])
    given |= {"a_start": torch.tensor([0]), "a_end": torch.tensor([0])}
    seen: list[Tensor] = []
    hook = QA.qa_outputs.register_forward_hook(lambda _, __, logits: seen.append(logits))
    try:
        found = outputs(QA, given, soft=0.5)
    finally:
        hook.remove()
    seen[0].retain_grad()
    found.loss.backward(inputs=[seen[0]])
    taught = seen[0].grad.abs().sum(-1) > 0
    begin, end = given["a_context"][0]
    assert taught[0, 0, 0] and taught[0, 0, begin:end].all()
    assert not taught[0, 0, 1:begin].any() and not taught[0, 0, end:].any()


@pytest.mark.parametrize("task", MODELS)
def test_without_labels_there_is_no_loss(task: str) -> None:
    found = MODELS[task](pairs([(3, 4)]))
    assert found.loss is None and "hard_a" not in found


@pytest.mark.parametrize("task", MODELS)
def test_a_batch_without_labels_on_side_a_teaches_from_side_b(task: str) -> None:
    given = batch(task, [(5, 6), (4, 8)])
    own = {key: value for key, value in given.items() if key == "input_ids" or key[0] == "b"}
    found = outputs(MODELS[task], own, b=3.0)
    torch.testing.assert_close(found.loss, 3 * found.hard_b)
    assert found.hard_b > 0 and found.hard_a == 0 and found.soft_a == 0


def test_a_config_without_fusion_is_plain_xlm_r() -> None:
    model = FilterForToken(config())
    assert (model.config.fusion_m, model.config.fusion_k) == (1, 0)


def test_a_config_with_too_many_layers_is_refused() -> None:
    with pytest.raises(InputError, match="3 local and 2 fused"):
        made(FilterForToken, local=3, fused=2)
