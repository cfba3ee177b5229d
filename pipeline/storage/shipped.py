"""Where the files that ship with crosslabel lie, in a checkout and in an installed wheel alike.

A checkout links its rooms into the package, so the path is resolved first.
"""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"
MODELS = DATA / "models"
CALIBRATORS = DATA / "calibrators"
RECIPES = DATA / "recipes"
SAMPLES = DATA / "samples"

ENCODER = "encoder-multilingual"
"""Name of the encoder that projection reads texts with by default."""
TRANSLATION_MODEL = "mt-en-de-es"
"""Name of the translation model that is taken by default."""
CALIBRATOR = CALIBRATORS / "projection.json"
"""Weights of the method ``cascade``."""


def names(folder: Path, pattern: str = "*") -> list[str]:
    """Names of what ships in ``folder``, sorted, without suffix."""
    return sorted(path.stem for path in folder.glob(pattern) if not path.name.startswith("."))
