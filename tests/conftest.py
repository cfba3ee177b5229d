"""Fixtures for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from crosslabel.pipeline.storage.location import Location, location
from tests.pipeline.s3_server import BUCKET, FaultyProxy, s3_server
from tests.tiny_encoder import shared_folder

# A busy machine must not fail a test: how long an example takes says nothing about the code.
settings.register_profile("crosslabel", deadline=None)
settings.load_profile("crosslabel")

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Name the folder of shared models before there are other processes, so that all know it."""
    shared_folder()


@pytest.fixture(scope="session")
def crosslabel_data() -> Path:
    """The public data sets; a test that asks for them is skipped where they are missing."""
    folder = Path(os.environ.get("CROSSLABEL_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "projection").is_dir():
        pytest.skip("needs $CROSSLABEL_DATA")
    return folder


@pytest.fixture(scope="session")
def s3() -> Iterator[FaultyProxy]:
    """The proxy before an S3 server with an empty bucket; the environment names it."""
    with s3_server() as port, pytest.MonkeyPatch.context() as patch:
        proxy = FaultyProxy(port)
        for name, value in {
            "AWS_ACCESS_KEY_ID": "name", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": proxy.url,
        }.items():  # fmt: skip
            patch.setenv(name, value)
        location(f"s3://{BUCKET}/x").fs.mkdir(BUCKET)  # type: ignore[union-attr]
        yield proxy
        proxy.close()


@pytest.fixture
def stored(s3: FaultyProxy, request: pytest.FixtureRequest) -> Location:
    """A folder of the test's own in the bucket."""
    return location(f"s3://{BUCKET}/{request.node.name.replace('[', '-').rstrip(']')}")
