"""Train the English entity labeller and pack it: `python -m training.labeller.labeller`.

Training starts from the multilingual encoder with the pieces that English text uses, and learns
from the open sets and the samples alone (`training/labeller/entity_data.py`).
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from transformers import (
    AutoTokenizer,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaForTokenClassification,
    XLMRobertaModel,
)

from crosslabel.pipeline.marker_tuning.learning import Budget, learn
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.pipeline.storage.shipped import ENCODER
from training.device import Machine, machine_options
from training.full_precision import open_in_full
from training.labeller.entity_batches import IGNORED, SETS, Drawn, TaggedBatch, tagged_batches
from training.labeller.entity_data import TAGS, english_lines, read_samples, read_set
from training.labeller.evaluate_labeller import measure_labeller
from training.labeller.prune import count_pieces, kept_pieces, pruned_rows, pruned_tokenizer
from training.manifest import publish
from training.optimise import LowPrecision
from training.paths import CHECKPOINTS, LABELLER, MODELS, data_folder
from training.text.names import Names

MINUTES = 28.0
SEED = 31
PIECES, LAYERS = 8300, 4
"""What it keeps of the encoder: the pieces that English uses most, and the first layers."""
PEAK, WARM_UP, DROPOUT = 5e-4, 200, 0.1
ATTRIBUTION = [
    "Broad Twitter Corpus (Derczynski, Bontcheva, Roberts 2016), CC BY 4.0",
    "WikiGold (Balasuriya et al. 2009), CC BY 4.0",
    "WNUT-17 (Derczynski et al. 2017), CC BY 4.0",
    "Universal NER English EWT (Mayhew et al. 2024), CC BY-SA 4.0",
    "crosslabel's samples",
    "multilingual-e5-small (Wang et al. 2024), MIT",
]


class TagLearner:
    """A learner of tags with the gradients of a bfloat16 twin."""

    def __init__(self, model: XLMRobertaForTokenClassification) -> None:
        self._model = model
        self._low = LowPrecision(model)
        self._optimiser = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=0.01)

    def step(self, batch: TaggedBatch, rate: float) -> float:
        """Learn from a batch and return its loss in nats per word."""
        self._low.pull()
        logits = self._low.twin(input_ids=batch.ids, attention_mask=batch.mask).logits
        loss = cross_entropy(logits.float().flatten(0, 1), batch.tags.flatten(),
                             ignore_index=IGNORED)
        loss.backward()
        self._low.push()
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimiser.param_groups[0]["lr"] = PEAK * rate
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        return float(loss.item())


def begin() -> tuple[XLMRobertaForTokenClassification, PreTrainedTokenizerFast]:
    """Return the encoder with fewer pieces and layers and a new head, and its tokenizer."""
    folder = encoder_model(ENCODER).path
    full = AutoTokenizer.from_pretrained(folder)
    texts = [" ".join(sentence.words) for name in SETS for sentence in read_set(name)]
    texts += [" ".join(sentence.words) for sentence in read_samples()]
    counts = count_pieces(full, [*texts, *english_lines(data_folder() / "parallel")])
    kept = kept_pieces(full, counts, PIECES)
    encoder = XLMRobertaModel.from_pretrained(
        folder, num_hidden_layers=LAYERS, add_pooling_layer=False, dtype=torch.float32)
    rows = pruned_rows(encoder.embeddings.word_embeddings.weight.data, kept)
    config = XLMRobertaConfig.from_pretrained(
        folder, vocab_size=len(kept), num_hidden_layers=LAYERS, num_labels=len(TAGS),
        hidden_dropout_prob=DROPOUT,
        id2label=dict(enumerate(TAGS)), label2id={tag: n for n, tag in enumerate(TAGS)},
    )  # fmt: skip
    weights = encoder.state_dict() | {"embeddings.word_embeddings.weight": rows}
    model = XLMRobertaForTokenClassification(config)
    model.roberta.load_state_dict(weights)
    print(f"{len(kept)} pieces of {len(full)}, {model.num_parameters()} parameters", flush=True)
    return model, pruned_tokenizer(folder, kept)


def go_on(folder: Path) -> tuple[XLMRobertaForTokenClassification, PreTrainedTokenizerFast, int]:
    """Return the labeller in `folder`, its tokenizer and its number of steps."""
    model = XLMRobertaForTokenClassification.from_pretrained(folder, dtype=torch.float32)
    stated = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return model, AutoTokenizer.from_pretrained(folder), stated["steps"]


def train(minutes: float, seed: int, machine: Machine, start: Path | None = None) -> Path:
    """Train for `minutes`, write the model's folder and return its path.

    `start`: folder of an earlier labeller to begin from.
    """
    torch.set_num_threads(machine.threads)
    torch.manual_seed(seed)
    model, tokenizer, steps = go_on(start) if start else (*begin(), 0)
    model.train()
    drawn = Drawn(Names([*SETS]), seed)
    for now in learn(TagLearner(model), tagged_batches(drawn, tokenizer), Budget(minutes), WARM_UP):
        if now.step % 100 == 0:
            print(f"{now.used:6.1%}  step {now.step}  loss {now.loss:.4f}", flush=True)
    return pack(model, tokenizer, steps + now.step, seed)


def pack(
    model: XLMRobertaForTokenClassification, tokenizer: PreTrainedTokenizerFast, step: int,
    seed: int,
) -> Path:  # fmt: skip
    """Write the folder in `data/models/`; the weights are stored in float16."""
    folder = CHECKPOINTS / "labeller"
    shutil.rmtree(folder, ignore_errors=True)
    model.eval().to(torch.float16).save_pretrained(folder)
    open_in_full(folder)
    tokenizer.save_pretrained(folder)
    return publish(folder, {
        "name": LABELLER, "family": "xlm-roberta", "kind": "labeller",
        "languages": {"source": ["en"], "target": []}, "quantization": "float16",
        "steps": step, "seed": seed, "trained_on": [*SETS, "samples"], "attribution": ATTRIBUTION,
    }, MODELS)  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--start", type=Path, help="folder of an earlier labeller to begin from")
    machine_options(parser)
    given = parser.parse_args()
    machine = Machine(given.device, given.threads)
    measure_labeller(train(given.minutes, given.seed, machine, given.start))
