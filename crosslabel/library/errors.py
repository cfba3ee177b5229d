"""The errors that every call may raise, each with one line for a person."""

from __future__ import annotations

from crosslabel.pipeline.run.stops import StoppedError
from crosslabel.pipeline.storage.faults import explained
from crosslabel.projection.errors import CrosslabelError, InputError, NoRowsError, at

__all__ = ["CrosslabelError", "InputError", "NoRowsError", "StoppedError", "at", "explained"]
