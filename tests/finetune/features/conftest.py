"""A small real corpus, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosslabel.pipeline.build import build
from tests.pipeline.corpus_builds import LIMIT, small_recipe


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first rows of the demo, in German and Spanish, several shards each."""
    out = tmp_path_factory.mktemp("corpus") / "demo"
    build(small_recipe("quality.numbers=false", "quality.ruined=false"), out, limit=LIMIT)
    return out
