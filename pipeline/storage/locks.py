"""Who works in an output folder, and who on which unit of a build that several runs share."""

from __future__ import annotations

from contextlib import AbstractContextManager

from pipeline.storage import flock, leases
from pipeline.storage.location import Location, is_local


class Locks:
    """Locks by name in a folder: of the operating system on a disk, leases in a store.

    Args:
        folder: holds a file per lock.
    """

    def __init__(self, folder: Location) -> None:
        self._take = flock.Locks(folder).take if is_local(folder) else leases.Leases(folder).take

    def take(self, name: str) -> AbstractContextManager[object] | None:
        """Hold a lock until the result is closed; ``None`` while somebody else holds it."""
        return self._take(name)


def hold(work: Location, *, exclusive: bool) -> AbstractContextManager[None]:
    """Hold the working folder of a build during a block, alone or with others that share it.

    Raises:
        CrosslabelError: another run holds it.
    """
    if is_local(work):
        return flock.hold(work / "run.lock", exclusive=exclusive)
    return leases.hold(work / "runs", exclusive=exclusive)
