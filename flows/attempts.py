"""What is the same each time that a flow run is begun, for the first time or again.

A run whose worker died is begun again (automations.yaml). What killed it may kill it every time, so
the flow itself sees to it that this ends: automations cannot count silent deaths.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.exceptions import TerminationSignal
from prefect.logging.handlers import APILogHandler
from prefect.runtime import flow_run
from pydantic_core import PydanticSerializationError

from crosslabel.projection.errors import InputError

ATTEMPTS = 10
"""How often a run may be begun, the first time counted."""
_LOGGER = "crosslabel"
"""Every logger of the package is below it."""


@contextmanager
def attempt() -> Iterator[None]:
    """Begin a run; what is logged during the block, in any thread, is shown with it.

    Raises:
        InputError: the run was begun too often.
        TerminationSignal: it was stopped, wherever it was then.
    """
    if flow_run.run_count > ATTEMPTS:
        raise InputError(f"this run was begun {ATTEMPTS} times and never came to an end; look for "
                         "the cause in its logs, then start another with the same parameters, "
                         "which goes on from what is committed")
    shown = APILogHandler()
    shown.addFilter(_Of(flow_run.id))
    logger = logging.getLogger(_LOGGER)
    logger.addHandler(shown)
    try:
        yield
    except PydanticSerializationError as error:
        # Prefect raises the signal at any moment. Pydantic makes an error of its own of all that is
        # raised while it serialises, and of the cause only the name is left.
        if TerminationSignal.__name__ in str(error):
            raise TerminationSignal(signal.SIGTERM) from None
        raise
    finally:
        logger.removeHandler(shown)


class _Of(logging.Filter):
    """Says which run a record is of: a thread that Prefect did not start does not know."""

    def __init__(self, run: str | None) -> None:
        super().__init__()
        self._run = run

    def filter(self, record: logging.LogRecord) -> bool:
        record.flow_run_id = self._run
        return True
