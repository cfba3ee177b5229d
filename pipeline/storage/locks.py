"""Who works in an output folder, and who on which unit of a build that several runs share."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from crosslabel.pipeline.storage import flock, leases
from crosslabel.pipeline.storage.location import Location, is_local

_SECONDS_BETWEEN_LOOKS = 0.5


class Locks:
    """Locks by name in a folder: of the operating system on a disk, leases in a store.

    Args:
        folder: holds a file per lock.
    """

    def __init__(self, folder: Location) -> None:
        self._own = flock.DiskLocks(folder) if is_local(folder) else leases.Leases(folder)

    def take(
        self, name: str, says: Mapping[str, Any] | None = None
    ) -> AbstractContextManager[object] | None:
        """Hold a lock until the result is closed; ``None`` while somebody else holds it.

        Args:
            says: JSON values for others to read in it.
        """
        return self._own.take(name, says)

    def take_in_turn(self, name: str) -> AbstractContextManager[object]:
        """Hold a lock as soon as nobody else does."""
        while (lock := self.take(name)) is None:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        return lock

    def other(self, kind: str, says: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What a lock says that somebody holds and that does not say this; ``None`` without one.

        Args:
            kind: names of the locks begin with it and a hyphen.
        """
        return self._own.other(kind, says)


def hold(work: Location, *, exclusive: bool) -> AbstractContextManager[None]:
    """Hold the working folder of a build during a block, alone or with others that share it.

    Raises:
        CrosslabelError: another run holds it.
    """
    if is_local(work):
        return flock.hold(work / "run.lock", exclusive=exclusive)
    return leases.hold(work / "runs", exclusive=exclusive)
