"""Where the files that ship with crosslabel lie, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
MODELS = DATA / "models"
CALIBRATORS = DATA / "calibrators"
RECIPES = DATA / "recipes"
SAMPLES = DATA / "samples"


def names(folder: Path, pattern: str = "*") -> list[str]:
    """Names of what ships in ``folder``, sorted, without suffix."""
    return sorted(path.stem for path in folder.glob(pattern) if not path.name.startswith("."))
