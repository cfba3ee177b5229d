"""The transformers checkpoint that lies in or beside a model's folder."""

from __future__ import annotations

from pathlib import Path


def torch_checkpoint(path: Path) -> Path | None:
    """Return the folder of a model's weights for transformers: itself, its ``torch/``, or none."""
    for folder in (path / "torch", path):
        if any(folder.glob("*.safetensors")) or any(folder.glob("pytorch_model*.bin")):
            return folder
    return None


def language_code(token: str) -> str:
    """Return what transformers calls a language whose token is ``__de__`` or ``deu_Latn``."""
    return token.strip("_")
