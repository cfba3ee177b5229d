"""The network of a labeller: batches of token ids in, logits out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from crosslabel.pipeline.corpus.tag_numbers import Array
from crosslabel.pipeline.labellers.batches import by_length, longest_first
from crosslabel.pipeline.labellers.facts import Head
from crosslabel.projection.device import chosen_device
from crosslabel.projection.halving import BatchSize

_AUTO_CLASSES: dict[Head, str] = {
    "token": "AutoModelForTokenClassification",
    "sequence": "AutoModelForSequenceClassification",
    "qa": "AutoModelForQuestionAnswering",
}
_BATCH_TOKENS = {"cpu": 2048, "cuda": 16384}


@dataclass(frozen=True, slots=True)
class Network:
    """A loaded checkpoint.

    Attributes:
        tokenizer: a fast tokenizer of transformers.
        longest: the most tokens that it reads at once, including special tokens.
        per_token: whether it gives logits for each token, not for a whole sequence.
        size: tokens of a batch, including padding.
    """

    model: Any
    tokenizer: Any
    device: str
    longest: int
    per_token: bool
    size: BatchSize

    @classmethod
    def load(cls, path: Path, head: Head, device: str) -> Network:
        """Load the checkpoint in a folder, in float32.

        Args:
            device: ``auto``, ``cpu`` or ``cuda``.

        Raises:
            InputError: the checkpoint is broken or lacks the weights of its head, or the device
                does not exist.
        """
        import torch
        import transformers

        from crosslabel.projection.links.checkpoint import load_tokenizer, loading

        tokenizer = load_tokenizer(str(path), None)
        where = chosen_device(device)
        with loading(str(path), "model"):
            kind = getattr(transformers, _AUTO_CLASSES[head])
            model, info = kind.from_pretrained(path, dtype=torch.float32, output_loading_info=True)
            missing = [key for key in info["missing_keys"] if "pooler" not in key]
            if missing:
                raise ValueError(f"the weights lack {missing[0]} and {len(missing) - 1} more")
        longest = _longest(model, tokenizer)
        size = BatchSize("tokens in the labeller", _BATCH_TOKENS[where])
        return cls(model.to(where).eval(), tokenizer, where, longest, head != "sequence", size)

    def logits(self, inputs: Sequence[dict[str, list[int]]]) -> Iterator[tuple[int, Any]]:
        """Yield the model's output for each input with its number, in no particular order.

        Args:
            inputs: ``input_ids`` and the other fields of the tokenizer for each sequence.

        Yields:
            The number of an input and its output: logits by name, float32, of the real tokens.
        """
        import torch

        lengths = np.array([len(fields["input_ids"]) for fields in inputs])
        with torch.inference_mode():
            for rows, (masks, named) in self.size.batches(
                longest_first(lengths), partial(by_length, lengths), partial(self._outputs, inputs)
            ):
                for place, row in enumerate(rows.tolist()):
                    real = masks[place] if self.per_token else ...
                    yield row, {name: logits[place][real] for name, logits in named.items()}

    def _outputs(
        self, inputs: Sequence[dict[str, list[int]]], rows: Array
    ) -> tuple[Array, dict[str, Array]]:
        """Return which tokens of the padded rows are real, and the logits of all by name."""
        batch = self.tokenizer.pad([inputs[row] for row in rows], return_tensors="pt")
        output = self.model(**{name: tensor.to(self.device) for name, tensor in batch.items()})
        named = {name: output[name].float().cpu().numpy() for name in output
                 if name.endswith("logits")}
        return batch["attention_mask"].numpy().astype(bool), named


def probabilities(logits: Array) -> Array:
    """Return probabilities along the last axis, in float64."""
    from scipy.special import softmax

    shares: Array = softmax(logits.astype(np.float64), axis=-1)
    return shares


def _longest(model: Any, tokenizer: Any) -> int:
    """Return the most tokens that a model reads at once.

    RoBERTa counts positions from the one after padding, so two of them are not for tokens.
    """
    positions = getattr(model.config, "max_position_embeddings", None) or 512
    from_padding = "roberta" in model.config.model_type
    return int(min(tokenizer.model_max_length, positions - 2 * from_padding))
