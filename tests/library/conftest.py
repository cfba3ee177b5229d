"""The S3 server of the tests of stores."""

from __future__ import annotations

from tests.pipeline.conftest import s3, stored

__all__ = ["s3", "stored"]
