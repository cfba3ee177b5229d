"""Sample rows, and an encoder that reads few sub-words at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tiny_encoder import make_encoder

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"


def sample_rows(lang: str) -> list[dict]:
    """Rows of the sample corpus that is translated into ``lang``."""
    lines = (SAMPLES / f"ner.en-{lang}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny matrices gain nothing from threads, which wait for each other on a busy machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the tiny encoder without its manifest, limited to 64 sub-words."""
    folder = tmp_path_factory.mktemp("tiny-xlmr")
    make_encoder(folder, tokens=64)
    return folder
