"""One Prefect server for all tests that run flows in this process, and what a flow must match."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from crosslabel.pipeline.build import build
from tests.pipeline.corpus_builds import LIMIT, results, small_recipe

os.environ |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A temporary server with its own database."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the same build without Prefect."""
    out = tmp_path_factory.mktemp("reference") / "out"
    build(small_recipe(), out, limit=LIMIT)
    return results(out)
