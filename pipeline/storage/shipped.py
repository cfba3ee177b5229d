"""The folders of files that ship with crosslabel, in a checkout and in an installed wheel alike.

A checkout links its folders into the package, so the path is resolved first.
"""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"
MODELS = DATA / "models"
CALIBRATORS = DATA / "calibrators"
RECIPES = DATA / "recipes"
SAMPLES = DATA / "samples"

ENCODER = "e5-small"
"""Name of the encoder with which projection reads texts by default."""
SUCCESSORS = {"encoder-multilingual": ENCODER}
"""What took the place of models that ship no more."""
TRANSLATION_MODEL = "mt-en-de-es"
"""Name of the default translation model."""
CALIBRATOR = CALIBRATORS / "projection.json"
"""Weights of the method ``cascade``."""
PIECE_PAIRS = DATA / "piece_pairs"
"""What training texts of translation models have, by the name of the model."""
RUINED = DATA / "quality" / "ruined.json"
"""Thresholds of the check for ruined translations."""


def names(folder: Path, pattern: str = "*") -> list[str]:
    """Return the names of the shipped files in ``folder``, sorted, without suffix."""
    return sorted(path.stem for path in folder.glob(pattern) if not path.name.startswith("."))
