"""What became of the units of work of a flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from prefect.exceptions import UnfinishedRun
from prefect.futures import PrefectFuture

from projection.errors import CrosslabelError, InputError

R = TypeVar("R")


class Outcome:
    """Collects results as they come and remembers what failed, so that the rest gets done."""

    def __init__(self) -> None:
        self._failures: dict[str, Exception] = {}

    def take(self, name: str, future: PrefectFuture[R], use: Callable[[R], None]) -> None:
        """Wait for a unit and use its result; one that waited for a failed unit is passed over."""
        try:
            use(future.result())
        except UnfinishedRun:
            return
        except Exception as error:
            self._failures[name] = error

    def check(self) -> None:
        """Raise if anything failed.

        Raises:
            InputError: as it came, because it says what to mend.
            CrosslabelError: names the first of the failed units.
        """
        for error in self._failures.values():
            if isinstance(error, InputError):
                raise error
        for name, error in self._failures.items():
            others = len(self._failures) - 1
            more = f" (and {others} more)" if others else ""
            raise CrosslabelError(
                f"{name} failed{more}: {type(error).__name__}: {error}; "
                "the rest is done, run it again to go on"
            ) from error
