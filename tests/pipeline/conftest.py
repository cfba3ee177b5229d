"""An S3 server for the tests that want one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crosslabel.pipeline.storage.location import Location, location
from tests.pipeline.s3_server import BUCKET, FaultyProxy, s3_server


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
