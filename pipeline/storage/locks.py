"""Locks for output folders, for the units of a build that several runs share, and for GPUs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from crosslabel.pipeline.storage import flock, leases
from crosslabel.pipeline.storage.location import Location, is_local

_SECONDS_BETWEEN_LOOKS = 0.5


class Locks:
    """Locks by name in a folder: locks of the operating system on a disk, leases in a store.

    Args:
        folder: holds a file per lock.
    """

    def __init__(self, folder: Location) -> None:
        self._locks = flock.DiskLocks(folder) if is_local(folder) else leases.Leases(folder)

    def take(
        self, name: str, says: Mapping[str, Any] | None = None
    ) -> AbstractContextManager[object] | None:
        """Hold a lock until the result is closed; return ``None`` if somebody else holds it.

        Args:
            says: JSON values for others to read in the lock.
        """
        return self._locks.take(name, says)

    def wait_for(
        self, name: str, check: Callable[[], None] = lambda: None
    ) -> AbstractContextManager[object]:
        """Wait until nobody else holds a lock, then hold it until the result is closed.

        Args:
            check: raises an error to end the waiting; called twice a second.
        """
        while (lock := self.take(name)) is None:
            check()
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return lock

    def other(self, kind: str, says: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the content of a held lock that differs from ``says``, ``None`` if there is none.

        Args:
            kind: the names of the locks begin with this word and a hyphen.
        """
        return self._locks.other(kind, says)


def hold(work: Location, *, exclusive: bool) -> AbstractContextManager[None]:
    """Hold the working folder of a build during a block, alone or with other runs that share it.

    Raises:
        CrosslabelError: another run holds it.
    """
    if is_local(work):
        return flock.hold(work / "run.lock", exclusive=exclusive)
    return leases.hold(work / "runs", exclusive=exclusive)
