"""How a call ends early: on request, or at once."""

from __future__ import annotations

from crosslabel.pipeline.run.stops import StopRequest, get_between_signals
from crosslabel.pipeline.storage.unfinished import remove_unfinished

__all__ = ["StopRequest", "get_between_signals", "remove_unfinished"]
