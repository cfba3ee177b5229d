"""The beginning of a flow run, for the first time or again.

A run whose worker died is started again (automations.yaml). The same cause may end every attempt,
so the flow itself limits the number of attempts, because automations cannot count runs that end
silently.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.logging.handlers import APILogHandler
from prefect.runtime import flow_run

from crosslabel.projection.errors import InputError

ATTEMPTS = 10
"""How often a run may be started, including the first time."""
_LOGGER = "crosslabel"
"""Name of the logger above every logger of the package."""


@contextmanager
def attempt() -> Iterator[None]:
    """Begin a run, and show log records of any thread with the run during the block.

    Raises:
        InputError: the run was started too often.
    """
    if flow_run.run_count > ATTEMPTS:
        raise InputError(f"this run was started {ATTEMPTS} times and never ended; look for the "
                         "cause in its logs, then start another run with the same parameters, "
                         "which continues from the committed work")
    handler = APILogHandler()
    handler.addFilter(_RunFilter(flow_run.id))
    logger = logging.getLogger(_LOGGER)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _RunFilter(logging.Filter):
    """A filter that adds the run to each record, as threads not started by Prefect lack it."""

    def __init__(self, run: str | None) -> None:
        super().__init__()
        self._run = run

    def filter(self, record: logging.LogRecord) -> bool:
        record.flow_run_id = self._run
        return True
