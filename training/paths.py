"""The folders that training data is read from and models are written to."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKPOINTS = ROOT / "training" / "checkpoints"
MODELS = ROOT / "data" / "models"
PREVIEWS = CHECKPOINTS / "previews"
"""Models still in training; they reach `MODELS` when they are done."""
TRANSLATION = "mt-en-de-es"
LABELLER = "ner-en"
RESULTS = ROOT / "benchmarks" / "results" / "models.json"
MARKER_RESULTS = RESULTS.with_name("markers.json")
LABELLER_RESULTS = RESULTS.with_name("labeller.json")


def data_folder() -> Path:
    """Return the folder of public corpora: `$CROSSLABEL_DATA`, or `../shared/data` if not set."""
    return Path(os.environ.get("CROSSLABEL_DATA", ROOT.parent / "shared" / "data"))
