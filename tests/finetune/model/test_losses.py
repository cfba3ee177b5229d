"""Terms of the loss, against sums over single items in numpy."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from crosslabel.finetune.model.losses import (
    LossWeights,
    combine,
    hard_answer_loss,
    hard_loss,
    soft_answer_loss,
    soft_loss,
    squared_loss,
)
from crosslabel.projection.errors import InputError

few = settings(max_examples=40)
CLOSE = {"rel": 1e-4, "abs": 1e-5}
seeds = st.integers(0, 10_000)
rates = st.floats(0.25, 8)


def draw(seed: int, *shape: int) -> Tensor:
    return 2 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def some(seed: int, *shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) < 0.6


def log_softmax(row: Tensor, temperature: float = 1.0) -> np.ndarray:
    scaled = row.double().numpy() / temperature
    return scaled - np.log(np.exp(scaled).sum())


def mean(items: list[float]) -> float:
    return sum(items) / len(items) if items else 0.0


def divergence(student: Tensor, teacher: Tensor, temperature: float) -> float:
    own, given = log_softmax(student, temperature), log_softmax(teacher, temperature)
    return temperature**2 * float((np.exp(given) * (given - own)).sum())


@few
@given(st.integers(1, 4), st.integers(1, 6), st.integers(2, 5), seeds)
def test_hard_loss_is_the_weighted_sum_over_the_number_of_labelled_items(
    rows: int, length: int, classes: int, seed: int
) -> None:
    logits, weights = draw(seed, rows, length, classes), draw(seed + 1, rows, length).abs()
    labels = torch.arange(rows * length).view(rows, length) % classes
    labels = labels.where(some(seed, rows, length), -100)
    items = [
        -float(weights[place]) * float(log_softmax(logits[place])[label])
        for place, label in np.ndenumerate(labels.numpy()) if label != -100
    ]  # fmt: skip
    assert float(hard_loss(logits, labels, weights)) == pytest.approx(mean(items), **CLOSE)
    plain = [-float(log_softmax(logits[place])[label])
             for place, label in np.ndenumerate(labels.numpy()) if label != -100]
    assert float(hard_loss(logits, labels)) == pytest.approx(mean(plain), **CLOSE)


@few
@given(st.integers(1, 6), seeds)
def test_squared_loss_counts_known_values(rows: int, seed: int) -> None:
    outputs, values = draw(seed, rows), draw(seed + 1, rows)
    values = values.where(some(seed, rows), math.nan)
    items = [(float(own) - float(value)) ** 2
             for own, value in zip(outputs, values, strict=True) if not value.isnan()]
    assert float(squared_loss(outputs, values)) == pytest.approx(mean(items), **CLOSE)


@few
@given(st.integers(1, 4), st.integers(1, 6), st.integers(2, 5), rates, seeds)
def test_soft_loss_is_the_mean_divergence_of_items_with_soft_labels(
    rows: int, length: int, classes: int, temperature: float, seed: int
) -> None:
    logits = draw(seed, rows, length, classes)
    soft = draw(seed + 1, rows, length, classes).log_softmax(-1)
    mask = some(seed, rows, length)
    items = [divergence(logits[place], soft[place], temperature)
             for place, known in np.ndenumerate(mask.numpy()) if known]
    found = float(soft_loss(logits, soft, mask, temperature))
    assert found == pytest.approx(mean(items), **CLOSE)


@few
@given(st.integers(1, 4), st.integers(3, 8), rates, seeds)
def test_soft_answer_loss_knows_allowed_positions_only(
    rows: int, length: int, temperature: float, seed: int
) -> None:
    logits, soft = draw(seed, 2, rows, length), draw(seed + 1, 2, rows, length).log_softmax(-1)
    allowed, mask = some(seed, rows, length), some(seed + 2, rows)
    allowed[:, 0] = True
    hidden = soft.masked_fill(~allowed, -torch.inf)
    masked = logits.masked_fill(~allowed, torch.finfo(logits.dtype).min)
    items = [
        divergence(logits[end, row][allowed[row]], soft[end, row][allowed[row]], temperature)
        for row in range(rows) if mask[row] for end in (0, 1)
    ]  # fmt: skip
    for given_soft in (soft, hidden):
        found = soft_answer_loss(*masked, *given_soft, allowed, mask, temperature)
        assert float(found) == pytest.approx(mean(items), **CLOSE)


def test_answer_loss_is_the_mean_over_start_and_end() -> None:
    starts, ends = draw(0, 3, 5), draw(1, 3, 5)
    start, end = torch.tensor([0, 4, -100]), torch.tensor([0, -100, 2])
    expected = (
        mean([-log_softmax(starts[0])[0], -log_softmax(starts[1])[4]])
        + mean([-log_softmax(ends[0])[0], -log_softmax(ends[2])[2]])
    ) / 2
    assert float(hard_answer_loss(starts, ends, start, end)) == pytest.approx(expected, **CLOSE)


@few
@given(rates, seeds)
def test_gradient_of_soft_labels_grows_with_the_temperature_squared(
    temperature: float, seed: int
) -> None:
    logits, soft = draw(seed, 3, 4).requires_grad_(), draw(seed + 1, 3, 4).log_softmax(-1)
    soft_loss(logits, soft, torch.ones(3, dtype=torch.bool), temperature).backward()
    gap = (logits / temperature).softmax(-1) - (soft / temperature).softmax(-1)
    torch.testing.assert_close(
        logits.grad, temperature**2 * (gap / temperature / 3).detach(), rtol=1e-3, atol=1e-5
    )


@given(rates, seeds)
@few
def test_soft_loss_of_the_teacher_itself_is_zero(temperature: float, seed: int) -> None:
    logits = draw(seed, 3, 4)
    mask = torch.ones(3, dtype=torch.bool)
    found = soft_loss(logits, logits.log_softmax(-1), mask, temperature)
    assert abs(float(found)) < 1e-4


def test_a_temperature_below_one_takes_masked_positions_too() -> None:
    allowed = torch.tensor([[True, False, True]])
    logits = draw(0, 1, 3).requires_grad_()
    masked = logits.masked_fill(~allowed, torch.finfo(torch.float32).min)
    soft = draw(1, 1, 3).log_softmax(-1)
    loss = soft_answer_loss(masked, masked, soft, soft, allowed, torch.tensor([True]), 0.25)
    loss.backward()
    assert loss.isfinite() and logits.grad is not None and logits.grad.isfinite().all()


nothing = torch.zeros(3, dtype=torch.bool)
EMPTY: dict[str, Callable[[Tensor], Tensor]] = {
    "hard": lambda logits: hard_loss(logits, torch.full((3,), -100)),
    "weighted": lambda logits: hard_loss(logits, torch.full((3,), -100), torch.ones(3)),
    "squared": lambda logits: squared_loss(logits[:, 0], torch.full((3,), math.nan)),
    "soft": lambda logits: soft_loss(logits, torch.full((3, 4), math.nan), nothing, 2.0),
    "answer": lambda logits: soft_answer_loss(
        logits, logits, torch.full((3, 4), -math.inf), torch.full((3, 4), math.nan),
        torch.ones(3, 4, dtype=torch.bool), nothing, 2.0),
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_a_term_without_items_is_zero_with_a_zero_gradient(name: str) -> None:
    logits = draw(0, 3, 4).requires_grad_()
    loss = EMPTY[name](logits)
    loss.backward()
    assert float(loss.detach()) == 0
    assert logits.grad is not None and logits.grad.count_nonzero() == 0


def test_an_item_without_a_label_gets_no_gradient_and_spoils_no_other() -> None:
    logits, values = draw(0, 3, 1).requires_grad_(), torch.tensor([1.0, math.nan, 0.5])
    squared_loss(logits[:, 0], values).backward()
    assert logits.grad is not None and logits.grad.isfinite().all()
    assert logits.grad[:, 0].ne(0).tolist() == [True, False, True]


def test_half_precision_logits_are_compared_in_float32() -> None:
    logits = draw(0, 5, 4)
    labels, mask = torch.arange(5) % 4, torch.ones(5, dtype=torch.bool)
    soft = draw(1, 5, 4).log_softmax(-1)
    half = logits.bfloat16()
    assert hard_loss(half, labels).dtype == torch.float32
    assert float(hard_loss(half, labels)) == float(hard_loss(half.float(), labels))
    assert float(soft_loss(half, soft, mask, 1)) == float(soft_loss(half.float(), soft, mask, 1))


@few
@given(*[st.floats(0, 3)] * 2, st.floats(0, 1), *[st.floats(0, 9)] * 3)
def test_terms_are_summed_by_their_weights(
    a: float, b: float, soft: float, hard_a: float, hard_b: float, soft_a: float
) -> None:
    terms = combine(LossWeights(b, soft, a=a), *map(torch.tensor, (hard_a, hard_b, soft_a)))
    assert terms is not None
    expected = b * hard_b + (1 - soft) * a * hard_a + soft * soft_a
    assert float(terms.total) == pytest.approx(expected, **CLOSE)
    assert [float(terms.hard_a), float(terms.hard_b), float(terms.soft_a)] == pytest.approx(
        [hard_a, hard_b, soft_a])


def test_a_term_that_is_not_computed_counts_as_zero() -> None:
    terms = combine(LossWeights(b=2.0), None, torch.tensor(3.0), None)
    assert terms is not None
    assert [float(terms.total), float(terms.hard_a), float(terms.soft_a)] == [6, 0, 0]
    assert combine(LossWeights(), None, None, None) is None


@pytest.mark.parametrize(
    "wrong", [{"a": -1}, {"b": -0.1}, {"soft": 1.5}, {"soft": math.nan}, {"temperature": 0}]
)
def test_weights_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="loss weights"):
        LossWeights(**wrong)
