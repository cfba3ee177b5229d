"""The encoder over pairs, against stock XLM-R and against its layers run row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface, XLMRobertaModel
from transformers.masking_utils import sdpa_mask

from crosslabel.finetune.model.fusion import check_fusion, encode_packed, encode_pair
from crosslabel.projection.errors import InputError
from tests.finetune.model.tiny import LAYERS, PAD, encoder, fusions, pairs, two_sided

SDPA = encoder()
EAGER = encoder("eager")
EXACT = {"rtol": 0, "atol": 1e-9}
few = settings(max_examples=25)


def row_by_row(roberta: XLMRobertaModel, ids: Tensor, local: int, fused: int) -> Tensor:
    """States computed without batch, padding or mask; 0 at padding."""
    states = torch.zeros(*ids.shape, roberta.config.hidden_size, dtype=torch.float64)
    for row, own in enumerate(ids):
        sides = [side[side != PAD][None] for side in own]
        parts = [roberta.embeddings(side) for side in sides]
        for number, layer in enumerate(roberta.encoder.layer):
            if local <= number < local + fused:
                parts = list(layer(torch.cat(parts, 1)).split([s.shape[1] for s in sides], 1))
            else:
                parts = [layer(part) if part.shape[1] else part for part in parts]
        for side, part in enumerate(parts):
            states[row, side, : part.shape[1]] = part[0]
    return states


def stock(roberta: XLMRobertaModel, ids: Tensor, positions: Tensor | None = None) -> Tensor:
    mask = (ids != PAD).long()
    return roberta(ids, attention_mask=mask, position_ids=positions).last_hidden_state


@contextmanager
def embedded(change: Callable[[Tensor], Tensor]) -> Iterator[None]:
    """Let ``change`` see, or replace, what the embeddings return."""
    hook = SDPA.embeddings.register_forward_hook(lambda module, given, states: change(states))
    try:
        yield
    finally:
        hook.remove()


@few
@given(two_sided(), st.integers(0, LAYERS))
def test_without_fused_layers_each_side_is_plain_xlm_r(
    lengths: list[tuple[int, int]], local: int
) -> None:
    ids = pairs(lengths)
    states, real = encode_pair(SDPA, ids, local, 0), ids != PAD
    for side in (0, 1):
        plain = stock(SDPA, ids[:, side])
        torch.testing.assert_close(states[:, side][real[:, side]], plain[real[:, side]], **EXACT)


@few
@given(two_sided())
def test_all_layers_fused_is_plain_xlm_r_on_both_sides_in_one_sequence(
    lengths: list[tuple[int, int]],
) -> None:
    ids = pairs(lengths)
    positions = (ids != PAD).cumsum(-1) * (ids != PAD) + PAD
    plain = stock(SDPA, ids.flatten(1), positions.flatten(1)).view(*ids.shape, -1)
    states = encode_pair(SDPA, ids, 0, LAYERS)
    torch.testing.assert_close(states[ids != PAD], plain[ids != PAD], **EXACT)


@pytest.mark.parametrize("roberta", [SDPA, EAGER], ids=["sdpa", "eager"])
@few
@given(lengths=two_sided(shortest_b=0), fusion=fusions(), tail=st.integers(0, 4))
def test_every_row_is_what_its_layers_make_of_it_alone(
    roberta: XLMRobertaModel, lengths: list[tuple[int, int]], fusion: tuple[int, int], tail: int
) -> None:
    ids = pairs(lengths, tail=tail)
    real = ids != PAD
    expected = row_by_row(roberta, ids, *fusion)
    torch.testing.assert_close(encode_pair(roberta, ids, *fusion)[real], expected[real], **EXACT)


@few
@given(two_sided(), fusions())
def test_one_side_is_plain_xlm_r_whatever_is_fused(
    lengths: list[tuple[int, int]], fusion: tuple[int, int]
) -> None:
    ids = pairs(lengths)[:, :1]
    states = encode_pair(SDPA, ids, *fusion)[:, 0]
    real = ids[:, 0] != PAD
    torch.testing.assert_close(states[real], stock(SDPA, ids[:, 0])[real], **EXACT)


@few
@given(two_sided(), fusions())
def test_side_b_influences_side_a_if_and_only_if_layers_are_fused(
    lengths: list[tuple[int, int]], fusion: tuple[int, int]
) -> None:
    ids = pairs(lengths)
    other = torch.stack([ids[:, 0], pairs(lengths, seed=1)[:, 1]], 1)
    before, after = (encode_pair(SDPA, both, *fusion)[:, 0] for both in (ids, other))
    real = ids[:, 0] != PAD
    moved = (before - after)[real].abs().max().item()
    if fusion[1]:
        assert moved > 1e-6
    else:
        assert moved == 0


@few
@given(two_sided(), fusions(), st.integers(1, 8))
def test_more_padding_changes_nothing(
    lengths: list[tuple[int, int]], fusion: tuple[int, int], tail: int
) -> None:
    ids, longer = pairs(lengths), pairs(lengths, tail=tail)
    short, long = (encode_pair(SDPA, own, *fusion)[own != PAD] for own in (ids, longer))
    torch.testing.assert_close(short, long, **EXACT)


@few
@given(two_sided(), fusions())
def test_junk_under_the_padding_changes_nothing_and_gets_no_gradient(
    lengths: list[tuple[int, int]], fusion: tuple[int, int]
) -> None:
    ids = pairs(lengths, tail=2)
    real = ids != PAD
    flat = real.flatten(0, 1)
    seen: list[Tensor] = []

    def disturb(states: Tensor) -> Tensor:
        seen.append(states.where(flat.unsqueeze(-1), 77 * torch.randn_like(states)).detach())
        return seen[-1].requires_grad_()

    clean = encode_pair(SDPA, ids, *fusion)
    with embedded(disturb):
        disturbed = encode_pair(SDPA, ids, *fusion)
    torch.testing.assert_close(disturbed[real], clean[real], **EXACT)
    (disturbed[real] * torch.randn_like(disturbed[real])).sum().backward()
    assert seen[0].grad is not None
    assert seen[0].grad[~flat].count_nonzero() == 0
    assert seen[0].grad[flat].abs().sum() > 0


@pytest.mark.parametrize("roberta", [SDPA, EAGER], ids=["sdpa", "eager"])
@pytest.mark.parametrize("fusion", [(1, 0), (1, 2), (0, LAYERS)])
def test_an_empty_side_b_leaves_side_a_plain_and_gives_no_nan(
    roberta: XLMRobertaModel, fusion: tuple[int, int]
) -> None:
    ids = pairs([(5, 0), (3, 4)])
    states = encode_pair(roberta, ids, *fusion)
    assert states.isfinite().all()
    plain = stock(roberta, ids[:1, 0])
    torch.testing.assert_close(states[0, 0], plain[0], **EXACT)
    roberta.zero_grad()
    states[:, 0].square().mean().backward()
    assert all(weight.grad is None or weight.grad.isfinite().all()
               for weight in roberta.parameters())


def softmax_with_nan(
    module: torch.nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None,
    **options: float,
) -> tuple[Tensor, None]:  # fmt: skip
    """Attention as some kernels compute it: NaN for a token that sees nothing."""
    scores = query @ key.mT * options["scaling"]
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return (scores.softmax(-1) @ value).transpose(1, 2), None


def test_no_token_of_an_empty_side_is_left_without_one_to_see() -> None:
    AttentionInterface.register("softmax_with_nan", softmax_with_nan)
    AttentionMaskInterface.register("softmax_with_nan", sdpa_mask)
    ids = pairs([(5, 0), (3, 4), (0, 0)], tail=1)
    states = encode_pair(encoder("softmax_with_nan"), ids, 1, 2)
    assert states.isfinite().all()
    torch.testing.assert_close(states[ids != PAD], encode_pair(SDPA, ids, 1, 2)[ids != PAD])


def packed(ids: Tensor, tail: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ids, positions, rows and sides (1, T) of padded ids, with a tail of padding."""
    real = ids != PAD
    rows, sides, places = real.nonzero(as_tuple=True)
    columns = [(ids[real], PAD), (places + PAD + 1, PAD), (rows, -1), (sides, 0)]
    return tuple(  # type: ignore[return-value]
        torch.cat([column, torch.full((tail,), filler)])[None] for column, filler in columns
    )


@pytest.mark.parametrize("roberta", [SDPA, EAGER], ids=["sdpa", "eager"])
@few
@given(lengths=two_sided(shortest_b=0), fusion=fusions(), tail=st.integers(0, 3))
def test_packed_rows_equal_padded_rows(
    roberta: XLMRobertaModel, lengths: list[tuple[int, int]], fusion: tuple[int, int], tail: int
) -> None:
    ids = pairs(lengths)
    padded = encode_pair(roberta, ids, *fusion)[ids != PAD]
    one = encode_packed(roberta, *packed(ids, tail), *fusion)
    assert one.isfinite().all()
    torch.testing.assert_close(one[0, : len(padded)], padded, **EXACT)


def test_attention_that_cannot_separate_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SDPA.config, "_attn_implementation_internal", "flash_attention_2")
    with pytest.raises(InputError, match=r"flash_attention_2.*cannot pack.*sdpa"):
        encode_packed(SDPA, *packed(pairs([(2, 2)]), 0), 1, 1)


@pytest.mark.parametrize("reentrant", [True, False])
def test_gradient_checkpointing_gives_the_same_gradients(reentrant: bool) -> None:
    ids = pairs([(5, 7), (8, 3), (2, 0)])
    expected, found = encoder().train(), encoder().train()
    found.activation_checkpointing_enable({"use_reentrant": reentrant})
    runs: list[int] = []
    found.encoder.layer[2].attention.register_forward_pre_hook(lambda *_: runs.append(1))
    for roberta in (expected, found):
        encode_pair(roberta, ids, 1, 2)[ids != PAD].pow(3).sum().backward()
    assert len(runs) == 2  # once more for the gradients
    for (name, own), (_, other) in zip(
        expected.named_parameters(), found.named_parameters(), strict=True
    ):
        assert own.grad is not None, name
        torch.testing.assert_close(other.grad, own.grad, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_autocast_to_bfloat16_stays_close(attention: str) -> None:
    roberta = encoder(attention).float()
    ids = pairs([(6, 8), (3, 0)])
    exact = encode_pair(roberta, ids, 1, 2)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rough = encode_pair(roberta, ids, 1, 2).float()
    assert rough.isfinite().all()
    assert (rough - exact)[ids != PAD].abs().mean() < 0.05 * exact.abs().mean()


@pytest.mark.parametrize(("local", "fused"), [(-1, 1), (1, -1), (2, 3)])
def test_layers_that_do_not_fit_are_refused(local: int, fused: int) -> None:
    check_fusion(1, 3, LAYERS)
    with pytest.raises(InputError, match=f"{local} local and {fused} fused .*with {LAYERS}"):
        check_fusion(local, fused, LAYERS)
