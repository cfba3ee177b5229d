"""Leases for folders and units in a store, where there are no locks.

A lease is an object that only one process can create and that its holder writes anew with every
beat. A lease that stops beating for a while is dead, whoever held it, and another process may take
it. The time is measured by the clock of the process that watches, so the clocks of machines need
not agree. If two processes take the same dead lease at once, both do the same unit; because a unit
gives the same bytes whoever does it, this costs time and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from crosslabel.pipeline.storage import stores
from crosslabel.projection.errors import CrosslabelError

if TYPE_CHECKING:
    from upath import UPath

BEAT_SECONDS = 10.0
DEAD_AFTER_SECONDS = 60.0
Sight = Literal["alive", "dead", "unsure"]

_ALONE, _SHARING = "alone", "sharing"

_log = logging.getLogger(__name__)


class Lease:
    """A lease that is held and beats until it is closed.

    Args:
        place: the object.
        owner: text that names this holder only.
        says: content for others to read.
    """

    def __init__(
        self, place: UPath, owner: str, says: Mapping[str, Any], beat_seconds: float
    ) -> None:
        self._place = place
        self._owner = owner
        self._says = says
        self._seconds = beat_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease {place.name}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        stores.delete([self._place])

    def _beat(self) -> None:
        beat = 0
        while not self._ended.wait(self._seconds):
            beat += 1
            try:
                stores.write(self._place, content(self._owner, beat, self._says))
            except CrosslabelError as error:
                _log.warning("%s; another run may take over what this one is working on", error)


class Leases:
    """The leases of one holder in a folder, and its observations of other holders' leases.

    Args:
        folder: holds an object per lease.
        beat_seconds: pause between two beats.
        dead_after_seconds: a lease without a beat for so long is dead; several beats.
    """

    def __init__(
        self,
        folder: UPath,
        beat_seconds: float = BEAT_SECONDS,
        dead_after_seconds: float = DEAD_AFTER_SECONDS,
    ) -> None:
        self._folder = folder
        self._owner = f"{platform.node()}, process {os.getpid()}, {secrets.token_hex(8)}"
        self._beat_seconds = beat_seconds
        self._dead_after = dead_after_seconds
        self._seen: dict[str, tuple[bytes, float]] = {}

    def take(self, name: str, says: Mapping[str, Any] | None = None) -> Lease | None:
        """Hold a lease until it is closed; return ``None`` if another holder's may still beat."""
        place, says = self._folder / f"{name}.json", says or {}
        first = content(self._owner, 0, says)
        if not _created(place, first):
            if self.look(name) != "dead":
                return None
            self.bury(name)
            if not _created(place, first):
                return None
        return Lease(place, self._owner, says, self._beat_seconds)

    def other(self, kind: str, says: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the content of a beating lease that differs from ``says``, or ``None``.

        Leases of runs that were killed are waited out.
        """
        messages = {name: self._read(name) for name in self.names() if name.startswith(f"{kind}-")}
        against = {name: message for name, message in messages.items()
                   if message and message != says}
        alive = self.alive(against)
        return against[alive] if alive else None

    def alive(self, names: Iterable[str]) -> str | None:
        """Return the first lease that is seen to beat, ``None`` once all are dead and deleted."""
        waiting = set(names)
        while waiting:
            for name in sorted(waiting):
                sight = self.look(name)
                if sight == "alive":
                    return name
                if sight == "dead":
                    self.bury(name)
                    waiting.remove(name)
            if waiting:
                time.sleep(self._beat_seconds / 2)
        return None

    def look(self, name: str) -> Sight:
        """Return whether a lease is alive or dead, as far as earlier looks at it tell.

        It is alive once it was seen to change, and dead if it is gone or did not change for long
        enough.
        """
        try:
            current = stores.read(self._folder / f"{name}.json")
        except FileNotFoundError:
            return "dead"
        now = time.monotonic()
        first = name not in self._seen
        last, since = self._seen.get(name, (current, now))
        self._seen[name] = (last, since) if current == last else (current, now)
        if current != last:
            return "alive"
        return "dead" if not first and now - since >= self._dead_after else "unsure"

    def bury(self, name: str) -> None:
        """Delete a dead lease."""
        stores.delete([self._folder / f"{name}.json"])

    def names(self) -> list[str]:
        """Return the names of all leases in the folder."""
        return [name.removesuffix(".json") for name in stores.below(self._folder)]

    def _read(self, name: str) -> Mapping[str, Any]:
        """Return the content of a lease for others, empty if the lease is gone."""
        try:
            message = json.loads(stores.read(self._folder / f"{name}.json"))["says"]
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return {}
        return message if isinstance(message, dict) else {}


def _created(place: UPath, first: bytes) -> bool:
    """Create a lease and return whether it is ours, also if the store's answer was lost."""
    if stores.create(place, first):
        return True
    try:
        return stores.read(place) == first
    except FileNotFoundError:
        return False


@contextmanager
def hold(
    folder: UPath,
    *,
    exclusive: bool,
    beat_seconds: float = BEAT_SECONDS,
    dead_after_seconds: float = DEAD_AFTER_SECONDS,
) -> Iterator[None]:
    """Hold a folder during the block, alone or together with other runs that share it.

    Leases of runs that were killed are waited out.

    Raises:
        CrosslabelError: another run works in it.
    """
    runs = Leases(folder, beat_seconds, dead_after_seconds)
    kind = _ALONE if exclusive else _SHARING
    name = f"{kind}-{secrets.token_hex(8)}"
    lease = runs.take(name)
    assert lease is not None
    with lease:
        others = {other for other in runs.names() if other != name}
        against = others if exclusive else {other for other in others if other.startswith(_ALONE)}
        if runs.alive(against):
            raise CrosslabelError(f"{folder.parent.parent}: another run is working in it; "
                                  "wait until it has ended, or give another output folder")
        yield


def content(owner: str, beat: int, says: Mapping[str, Any]) -> bytes:
    """Return the bytes of a lease's object."""
    return json.dumps({"owner": owner, "beat": beat, "says": says}).encode()
