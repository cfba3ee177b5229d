"""Speed of training and of the teacher pass beside batches held in memory, in one run.

    python -m benchmarks.finetuning.filter_speed
    python -m benchmarks.finetuning.filter_speed --device cuda --size base --bf16 --turns 5

writes benchmarks/results/filter_speed.json and its part of filter.md. *Loop* trains on batches as
the loader gives them from Arrow shards, *held* on the same batches kept in memory. *Soften* is the
teacher pass over shards up to the float16 labels, *encoder* the bare encoder on its batches kept in
memory. *FILTER* and *translate-train* differ in k alone, *one side* reads half of their tokens. The
rows have the lengths of real rows and random ids.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader
from transformers import PreTrainedModel, XLMRobertaConfig, XLMRobertaForMaskedLM

from benchmarks.finetuning.filter_page import write_page
from benchmarks.finetuning.filter_rows import CLASSES, write_rows
from benchmarks.machine import machine
from benchmarks.paths import RESULTS
from benchmarks.turns import in_turns, quiet, times_faster
from crosslabel.finetune.inference.forward import Device, LoadedModels
from crosslabel.finetune.inference.soften import soft_labels
from crosslabel.finetune.model.fusion import encode_pair
from crosslabel.finetune.model.loading import load_student
from crosslabel.finetune.reading.collate import Batch, Collator, SideChoice
from crosslabel.finetune.reading.data import FeatureData
from crosslabel.finetune.reading.sampling import PairBatches
from crosslabel.pipeline.labellers.batches import by_length, longest_first
from crosslabel.pipeline.storage.files import write_json

OUTPUT = RESULTS / "filter_speed.json"
SIZES: dict[str, dict[str, int]] = {
    "small": {"hidden_size": 256, "intermediate_size": 768, "num_hidden_layers": 4,
              "num_attention_heads": 4, "vocab_size": 24_002},
    "base": {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12,
             "num_attention_heads": 12, "vocab_size": 250_002},
}


def main() -> None:
    """Time all contestants and write the figures."""
    given = _options()
    quiet()
    torch.set_num_threads(given.threads)
    device = Device(given.device, given.bf16, given.batch_tokens)
    with tempfile.TemporaryDirectory() as folder:
        encoder = _random_encoder(Path(folder) / "encoder", SIZES[given.size])
        vocabulary = SIZES[given.size]["vocab_size"]
        data = FeatureData.open([write_rows(Path(folder) / "features", given.rows, vocabulary)])
        results = {
            "machine": machine(given.device),
            "options": {name: value for name, value in vars(given).items() if name != "output"},
            "training": _training(data, encoder, device, given),
            "teacher_pass": _teacher_pass(data, encoder, device, given.turns),
        }
    write_json(given.output, results)
    if given.output == OUTPUT:
        write_page()
    print(json.dumps(results, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--rows", type=int, default=1600)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--batch-tokens", type=int, default=8192)
    parser.add_argument("--workers", type=int, default=0, help="processes that make batches")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--output", type=Path, default=OUTPUT)
    return parser.parse_args()


def _random_encoder(folder: Path, size: dict[str, int]) -> Path:
    config = XLMRobertaConfig(max_position_embeddings=514, type_vocab_size=1, pad_token_id=1,
                              bos_token_id=0, eos_token_id=2, **size)
    XLMRobertaForMaskedLM(config).save_pretrained(folder)
    return folder


def _training(
    data: FeatureData, encoder: Path, device: Device, given: argparse.Namespace
) -> dict[str, Any]:
    """Time the steps of all kinds in turns."""
    order = PairBatches(data.rows, given.batch, 1, "all")
    held = [_moved(Collator(data)(rows), device) for rows in order]
    halves = [_moved(Collator(data, SideChoice(1, "a"))(rows), device) for rows in order]
    loader: DataLoader[Any] = DataLoader(
        data, batch_sampler=order, collate_fn=Collator(data), num_workers=given.workers,
        persistent_workers=given.workers > 0, pin_memory=device.name == "cuda",
    )
    filter_steps = Steps(encoder, 1, device)
    plain_steps = Steps(encoder, 0, device)
    measured = in_turns({
        "loop": lambda: filter_steps(_moved(batch, device) for batch in loader),
        "held": lambda: filter_steps(held),
        "translate-train": lambda: plain_steps(held),
        "one side": lambda: plain_steps(halves),
    }, given.turns)
    tokens = int(sum((batch["input_ids"] != 1).sum() for batch in held))
    return {
        "steps": len(held), "tokens": tokens,
        "parameters": sum(p.numel() for p in filter_steps.model.roberta.encoder.parameters()),
        "padding": 1 - tokens / sum(batch["input_ids"].numel() for batch in held),
        "contestants": {name: contestant.figures(steps=len(held), tokens=tokens)
                        for name, contestant in measured.items()},
        "loop_of_held": times_faster(measured["loop"], measured["held"]),
        "filter_of_translate_train": times_faster(measured["held"], measured["translate-train"]),
        "filter_of_one_side": times_faster(measured["held"], measured["one side"]),
    }


class Steps:
    """Training steps of one model."""

    def __init__(self, encoder: Path, fused: int, device: Device) -> None:
        self.model = load_student(encoder, "token", CLASSES, fused=fused).to(device.name)
        self._optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-5)
        self._device = device

    def __call__(self, batches: Iterable[Batch]) -> None:
        """Run forward pass, backward pass and update for each batch."""
        for batch in batches:
            with _autocast(self._device):
                loss = self.model(**batch).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self._optimizer.step()
            self._optimizer.zero_grad()
        _wait(self._device)


def _teacher_pass(
    data: FeatureData, encoder: Path, device: Device, turns: int
) -> dict[str, Any]:
    model = load_student(encoder, "token", CLASSES, fused=1).to(device.name).eval()
    collate = Collator(data, SideChoice(2, ""))
    lengths = 2 * data.rows.lengths
    held = [_moved(collate(rows), device)
            for rows in by_length(lengths, longest_first(lengths), device.batch_tokens)]
    loaded = LoadedModels([model], device)
    measured = in_turns({
        "soften": lambda: soft_labels(loaded, data),
        "encoder": lambda: _encode(model, held, device),
    }, turns)
    rows = len(data)
    return {"rows": rows,
            "contestants": {name: contestant.figures(rows=rows)
                            for name, contestant in measured.items()},
            "soften_of_encoder": times_faster(measured["soften"], measured["encoder"])}


def _encode(model: PreTrainedModel, batches: Sequence[Batch], device: Device) -> None:
    config = model.config
    with torch.inference_mode(), _autocast(device):
        for batch in batches:
            encode_pair(model.roberta, batch["input_ids"], config.fusion_m, config.fusion_k)
    _wait(device)


def _autocast(device: Device) -> Any:
    return torch.autocast(device.name, torch.bfloat16) if device.bf16 else nullcontext()


def _moved(batch: Batch, device: Device) -> Batch:
    return {name: tensor.to(device.name, non_blocking=True) for name, tensor in batch.items()}


def _wait(device: Device) -> None:
    if device.name == "cuda":
        torch.cuda.synchronize()


if __name__ == "__main__":
    main()
