"""The small build of the sample corpus as a flow run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State

from crosslabel.flows.build_corpus import build_corpus
from tests.pipeline.corpus_builds import LIMIT, SMALL


def run(out: Path, *overrides: str, limit: int = LIMIT) -> State[Any]:
    """A flow run of the small build; its final state."""
    state: State[Any] = build_corpus(
        "demo-ner", [*SMALL, *overrides], str(out), limit, return_state=True
    )
    return state
