"""Training of any sequence-to-sequence checkpoint of transformers on text pairs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosslabel.pipeline.models.manifest import Manifest
from crosslabel.pipeline.models.torch_checkpoint import language_code
from crosslabel.projection.links.checkpoint import loading

if TYPE_CHECKING:
    import torch

_NO_LABEL = -100
_WEIGHTS = ("*.safetensors", "*.safetensors.index.json", "pytorch_model*", "*.md")


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The token ids of a source text and of its translation, special tokens included."""

    source: list[int]
    target: list[int]


class TrainableCheckpoint:
    """A model in training and its tokenizer.

    Args:
        folder: a transformers checkpoint.
        manifest: says how its languages are asked for.
        device: ``auto``, ``cpu`` or ``cuda``.

    Raises:
        InputError: the checkpoint is broken, or there is no such device.
    """

    def __init__(self, folder: Path, manifest: Manifest, device: str) -> None:
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        from crosslabel.projection.device import chosen_device

        self._folder, self._manifest = folder, manifest
        self.device = chosen_device(device)
        with loading(str(folder), "checkpoint"):
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
            self.model: Any = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype="auto")
        self._stored = self.model.dtype
        self.model.float().train().to(self.device)

    def encode(self, source: str, target: str, source_lang: str, target_lang: str) -> TokenPair:
        """Return the token ids of a pair of texts, as the model gets them when it translates.

        Raises:
            InputError: the model does not translate in this direction.
        """
        route = self._manifest.route(source_lang, target_lang)
        words = route.text + source
        if route.target:
            self._tokenizer.src_lang = language_code(route.source[0])
            self._tokenizer.tgt_lang = language_code(route.target[0])
        else:
            words = " ".join([*route.source, words])
        ids = self._tokenizer(words, text_target=target)
        return TokenPair(ids["input_ids"], ids["labels"])

    def can_write(self, text: str, source_lang: str, target_lang: str) -> bool:
        """Return whether the vocabulary has every character of a text, as source and target."""
        example = self.encode(text, text, source_lang, target_lang)
        return self._tokenizer.unk_token_id not in (*example.source, *example.target)

    def loss(self, batch: Sequence[TokenPair]) -> torch.Tensor:
        """Return the mean cross-entropy per target token, in nats."""
        import torch

        source = _padded([row.source for row in batch], self._tokenizer.pad_token_id)
        labels = _padded([row.target for row in batch], _NO_LABEL)
        mask = _padded([[1] * len(row.source) for row in batch], 0)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.device == "cuda"):
            output = self.model(
                input_ids=source.to(self.device), attention_mask=mask.to(self.device),
                labels=labels.to(self.device), use_cache=False,
            )  # fmt: skip
        loss: torch.Tensor = output.loss
        return loss

    def save(self, folder: Path) -> None:
        """Write the weights in the precision that transformers opens the original in."""
        shutil.copytree(self._folder, folder, ignore=shutil.ignore_patterns(*_WEIGHTS))
        self.model.to(self._stored).save_pretrained(folder)


class AdamLearner:
    """A learner with AdamW (Loshchilov and Hutter 2019).

    Args:
        checkpoint: the model that learns.
        peak: highest learning rate.
    """

    def __init__(self, checkpoint: TrainableCheckpoint, peak: float) -> None:
        from torch.optim import AdamW

        self._checkpoint, self._peak = checkpoint, peak
        weights = [weight for weight in checkpoint.model.parameters() if weight.requires_grad]
        self._adam = AdamW(weights, betas=(0.9, 0.98), weight_decay=0.01)

    def step(self, batch: Sequence[TokenPair], rate: float) -> float:
        """Learn from a batch and return its loss."""
        from torch.nn.utils import clip_grad_norm_

        for group in self._adam.param_groups:
            group["lr"] = self._peak * rate
        loss = self._checkpoint.loss(batch)
        loss.backward()
        clip_grad_norm_(self._checkpoint.model.parameters(), 1.0)
        self._adam.step()
        self._adam.zero_grad(set_to_none=True)
        return float(loss.item())


def _padded(rows: Sequence[list[int]], value: int) -> torch.Tensor:
    import torch

    longest = max(map(len, rows))
    return torch.tensor([row + [value] * (longest - len(row)) for row in rows])


