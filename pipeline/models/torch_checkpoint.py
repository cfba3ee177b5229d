"""The transformers checkpoint in a model's folder or in ``torch/`` below it."""

from __future__ import annotations

from pathlib import Path


def torch_checkpoint(path: Path) -> Path | None:
    """Return the folder of a model's transformers weights, ``None`` if it has none."""
    for folder in (path / "torch", path):
        if any(folder.glob("*.safetensors")) or any(folder.glob("pytorch_model*.bin")):
            return folder
    return None


def language_code(token: str) -> str:
    """Return the transformers name of a language whose token is ``__de__`` or ``deu_Latn``."""
    return token.strip("_")
