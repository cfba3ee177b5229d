"""The three heads of FILTER on the stock classes of XLM-R.

Names and shapes of the weights are the stock ones, so any XLM-R checkpoint loads here, and a saved
model loads as the stock class. One head serves both sides. The config carries ``fusion_m`` and
``fusion_k``, the numbers of local and fused layers; without them m is 1 and k is 0, which is plain
XLM-R on each side. Inputs are explained in :mod:`crosslabel.finetune.model.batch`; ids of shape
(B, L) are side a alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import (
    XLMRobertaConfig,
    XLMRobertaForQuestionAnswering,
    XLMRobertaForSequenceClassification,
    XLMRobertaForTokenClassification,
)
from transformers.utils import ModelOutput

from crosslabel.finetune.model.fusion import check_fusion, encode_pair
from crosslabel.finetune.model.losses import (
    LossTerms,
    LossWeights,
    combine,
    hard_answer_loss,
    hard_loss,
    soft_answer_loss,
    soft_loss,
    squared_loss,
)


@dataclass
class FilterOutput(ModelOutput):  # type: ignore[misc]
    """Logits of both sides, side a at ``[:, 0]``, and the losses for which labels were given.

    Attributes:
        loss: the weighted sum of the unweighted terms ``hard_a``, ``hard_b``, ``soft_a``.
        logits: sequence (B, S, C), token (B, S, L, C).
    """

    loss: Tensor | None = None
    logits: Tensor | None = None
    hard_a: Tensor | None = None
    hard_b: Tensor | None = None
    soft_a: Tensor | None = None


@dataclass
class FilterAnswerOutput(ModelOutput):  # type: ignore[misc]
    """Logits (B, S, L) of the first and last token of the answer; losses as in the class above.

    Positions that cannot be an answer have the lowest finite number, which is probability 0.
    """

    loss: Tensor | None = None
    start_logits: Tensor | None = None
    end_logits: Tensor | None = None
    hard_a: Tensor | None = None
    hard_b: Tensor | None = None
    soft_a: Tensor | None = None


class _OverPairs:
    """The common base of the three classes; listed before the stock class.

    Attributes:
        loss_weights: weights of the terms of the loss; set by the training.
        accepts_loss_kwargs: tells the ``Trainer`` that the loss is a sum of means, to be divided by
            the number of accumulated batches and not by a number of items.

    Raises:
        InputError: the config asks for more layers than the encoder has.
    """

    accepts_loss_kwargs = False
    config: XLMRobertaConfig
    roberta: Any

    def __init__(self, config: XLMRobertaConfig) -> None:
        config.fusion_m = getattr(config, "fusion_m", 1)
        config.fusion_k = getattr(config, "fusion_k", 0)
        check_fusion(config.fusion_m, config.fusion_k, config.num_hidden_layers)
        super().__init__(config)  # type: ignore[call-arg]
        self.loss_weights = LossWeights()

    def _encode(self, input_ids: Tensor) -> Tensor:
        """Return the states (B, S, L, H) of ids (B, S, L) or (B, L)."""
        sided = input_ids if input_ids.dim() == 3 else input_ids.unsqueeze(1)
        return encode_pair(self.roberta, sided, self.config.fusion_m, self.config.fusion_k)


class FilterForSequence(_OverPairs, XLMRobertaForSequenceClassification):  # type: ignore[misc]
    """The model that gives each side a class, or a value if ``num_labels`` is 1."""

    def forward(
        self,
        input_ids: Tensor,
        a_labels: Tensor | None = None,
        b_labels: Tensor | None = None,
        a_values: Tensor | None = None,
        b_values: Tensor | None = None,
        a_soft: Tensor | None = None,
        soft_mask: Tensor | None = None,
    ) -> FilterOutput:
        """Return logits and losses of a :class:`crosslabel.finetune.model.batch.SequenceBatch`."""
        states = self._encode(input_ids)
        logits = self.classifier(states.flatten(0, 1)).view(*states.shape[:2], -1)
        if self.num_labels == 1:
            terms = self._value_terms(logits[..., 0], a_values, b_values, a_soft, soft_mask)
        else:
            terms = self._class_terms(logits, a_labels, b_labels, a_soft, soft_mask)
        return FilterOutput(logits=logits, **_by_name(terms))

    def _class_terms(
        self, logits: Tensor, a_labels: Tensor | None, b_labels: Tensor | None,
        a_soft: Tensor | None, soft_mask: Tensor | None,
    ) -> LossTerms | None:  # fmt: skip
        weights = self.loss_weights
        return combine(
            weights,
            None if a_labels is None else hard_loss(logits[:, 0], a_labels),
            None if b_labels is None else hard_loss(logits[:, 1], b_labels),
            None if a_soft is None
            else soft_loss(logits[:, 0], a_soft, soft_mask, weights.temperature),
        )  # fmt: skip

    def _value_terms(
        self, outputs: Tensor, a_values: Tensor | None, b_values: Tensor | None,
        a_soft: Tensor | None, soft_mask: Tensor | None,
    ) -> LossTerms | None:  # fmt: skip
        return combine(
            self.loss_weights,
            None if a_values is None else squared_loss(outputs[:, 0], a_values),
            None if b_values is None else squared_loss(outputs[:, 1], b_values),
            None if a_soft is None
            else squared_loss(outputs[:, 0], a_soft[:, 0].where(soft_mask, torch.nan)),
        )  # fmt: skip


class FilterForToken(_OverPairs, XLMRobertaForTokenClassification):  # type: ignore[misc]
    """The model that gives each token of each side a class."""

    def forward(
        self,
        input_ids: Tensor,
        a_labels: Tensor | None = None,
        b_labels: Tensor | None = None,
        a_weights: Tensor | None = None,
        a_soft: Tensor | None = None,
        soft_mask: Tensor | None = None,
    ) -> FilterOutput:
        """Return logits and losses of a :class:`crosslabel.finetune.model.batch.TokenBatch`."""
        logits = self.classifier(self.dropout(self._encode(input_ids)))
        weights = self.loss_weights
        terms = combine(
            weights,
            None if a_labels is None else hard_loss(logits[:, 0], a_labels, a_weights),
            None if b_labels is None else hard_loss(logits[:, 1], b_labels),
            None if a_soft is None
            else soft_loss(logits[:, 0], a_soft, soft_mask, weights.temperature),
        )  # fmt: skip
        return FilterOutput(logits=logits, **_by_name(terms))


class FilterForQA(_OverPairs, XLMRobertaForQuestionAnswering):  # type: ignore[misc]
    """The model that finds an answer's first and last token on each side; position 0 is none."""

    def forward(
        self,
        input_ids: Tensor,
        a_start: Tensor | None = None,
        a_end: Tensor | None = None,
        b_start: Tensor | None = None,
        b_end: Tensor | None = None,
        a_context: Tensor | None = None,
        b_context: Tensor | None = None,
        a_soft_start: Tensor | None = None,
        a_soft_end: Tensor | None = None,
        soft_mask: Tensor | None = None,
    ) -> FilterAnswerOutput:
        """Return logits and losses of a :class:`crosslabel.finetune.model.batch.QABatch`.

        Answers may lie at position 0 and in the context; on a side without ``context`` they may
        lie at any token that is not padding.
        """
        states = self._encode(input_ids)
        real = (input_ids != self.config.pad_token_id).view(states.shape[:3])
        contexts = [a_context, b_context][: states.shape[1]]
        allowed = torch.stack(
            [_answerable(real[:, side], context) for side, context in enumerate(contexts)], dim=1
        )
        logits = self.qa_outputs(states)
        logits = logits.masked_fill(~allowed.unsqueeze(-1), torch.finfo(logits.dtype).min)
        starts, ends = logits.unbind(-1)
        weights = self.loss_weights
        terms = combine(
            weights,
            None if a_start is None
            else hard_answer_loss(starts[:, 0], ends[:, 0], a_start, a_end),
            None if b_start is None
            else hard_answer_loss(starts[:, 1], ends[:, 1], b_start, b_end),
            None if a_soft_start is None
            else soft_answer_loss(starts[:, 0], ends[:, 0], a_soft_start, a_soft_end,
                                  allowed[:, 0], soft_mask, weights.temperature),
        )  # fmt: skip
        return FilterAnswerOutput(start_logits=starts, end_logits=ends, **_by_name(terms))


def _answerable(real: Tensor, context: Tensor | None) -> Tensor:
    """Return the positions (B, L) of one side that can be an answer, as a mask.

    Args:
        real: (B, L) whether a token is not padding.
        context: (B, 2) ``[begin, end)``
    """
    place = torch.arange(real.shape[1], device=real.device)
    if context is None:
        return real | (place == 0)
    begin, end = context.unsqueeze(-1).unbind(1)
    return ((place >= begin) & (place < end)) | (place == 0)


def _by_name(terms: LossTerms | None) -> dict[str, Tensor]:
    if terms is None:
        return {}
    return {"loss": terms.total, "hard_a": terms.hard_a, "hard_b": terms.hard_b,
            "soft_a": terms.soft_a}
