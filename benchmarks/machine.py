"""What a measurement ran on; nothing that tells one machine of a kind from another."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

_LIBRARIES = ("crosslabel", "ctranslate2", "torch", "transformers", "sentencepiece")


def machine(device: str, *libraries: str) -> dict[str, Any]:
    """Processor, accelerator and versions, and how busy the processor is with other work."""
    found = {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in (*_LIBRARIES, *libraries)},
    }
    return found | (_accelerator() if device == "cuda" else {})


def in_words(found: dict[str, Any]) -> str:
    """The same for people, in one line."""
    where = f"{found['processor']}, {found['cores']} cores (load {found['load']} at the start)"
    if "accelerator" in found:
        where = f"{found['accelerator']} (CUDA {found['cuda']}), {where}"
    return f"{where}; " + ", ".join(f"{name} {v}" for name, v in found["versions"].items())


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _accelerator() -> dict[str, Any]:
    import torch

    return {"accelerator": torch.cuda.get_device_name(), "cuda": torch.version.cuda}
