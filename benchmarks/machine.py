"""The machine of a measurement, without anything that identifies the single machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

_LIBRARIES = ("crosslabel", "ctranslate2", "torch", "transformers", "sentencepiece")


def machine(device: str, *libraries: str) -> dict[str, Any]:
    """Return processor, accelerator, versions, and how busy the processor is with other work."""
    facts = {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in (*_LIBRARIES, *libraries)},
    }
    return facts | (_accelerator() if device == "cuda" else {})


def in_words(facts: dict[str, Any]) -> str:
    """Return the facts of :func:`machine` in one line for people."""
    where = f"{facts['processor']}, {facts['cores']} cores (load {facts['load']} at the start)"
    if "accelerator" in facts:
        where = f"{facts['accelerator']} (CUDA {facts['cuda']}), {where}"
    return f"{where}; " + ", ".join(f"{name} {v}" for name, v in facts["versions"].items())


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _accelerator() -> dict[str, Any]:
    import torch

    return {"accelerator": torch.cuda.get_device_name(), "cuda": torch.version.cuda}
