"""Weights between two models: `python -m training.translation.blend --before FOLDER --share 0.7`.

The preview of marker tuning is replaced by the weighted mean of itself and the model before tuning:
it gives up some tags and wins back plain quality (Wortsman et al. 2022, Robust fine-tuning of
zero-shot models).
"""

import argparse
from pathlib import Path

import torch
from transformers import MarianMTModel

from training.markers.markers import marker_facts, pack_preview
from training.paths import CHECKPOINTS, PREVIEWS, TRANSLATION
from training.translation.vocabulary import Vocabulary


def blend(before: Path, share: float) -> Path:
    """Replace the preview by its blend with `before`; `share` is the weight of the tuned model."""
    tuned = PREVIEWS / TRANSLATION
    model, other = (
        MarianMTModel.from_pretrained(folder / "torch", dtype=torch.float32)
        for folder in (tuned, before)
    )
    with torch.no_grad():
        for ours, theirs in zip(model.parameters(), other.parameters(), strict=True):
            ours.lerp_(theirs, 1 - share)
    trained, tuned_steps = marker_facts(tuned)
    words = Vocabulary(CHECKPOINTS / "pieces.model")
    return pack_preview(model, words, trained, tuned_steps, share)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, required=True,
                        help="folder of the model before tuning")
    parser.add_argument("--share", type=float, required=True, help="weight of the tuned model")
    given = parser.parse_args()
    print(blend(given.before, given.share))
