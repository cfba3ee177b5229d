"""Progress of long work where the caller sees it.

In a notebook and on a terminal there are bars; elsewhere, as in a file or a pipe, there is a line
every half minute, with the time that is left by the pace of the last minutes.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, TypeVar

from crosslabel.pipeline.run.progress import Progress, Tell, mute, silent
from crosslabel.pipeline.run.stops import StopRequest, run_stoppable
from crosslabel.pipeline.storage.faults import explained
from crosslabel.projection.errors import CrosslabelError, InputError
from crosslabel.projection.plain import plain

if TYPE_CHECKING:
    from rich.progress import TaskID

__all__ = ["Display", "Progress", "StopRequest", "Tell", "run", "shown"]

T = TypeVar("T")
_SECONDS_BETWEEN_LINES = 30.0
_SECONDS_BETWEEN_PICTURES = 0.2
_SECONDS_OF_PACE = 180.0


@dataclass(frozen=True, slots=True)
class Display:
    """Shows work to a person.

    Attributes:
        progress: called with (stage, done, total).
        tell: called with a line.
    """

    progress: Progress
    tell: Tell


def run(
    work: Callable[[StopRequest, Display], T],
    stop: StopRequest | None,
    progress: Progress | bool | None,
) -> T:
    """Do work of which the caller sees the progress, and which Ctrl-C and SIGTERM stop.

    Args:
        work: gets the request to stop, which it checks, and where to show its progress.
        stop: another way to ask for the stop.
        progress: as :func:`shown` takes it.

    Raises:
        InputError: a file or folder cannot be used.
    """
    request = StopRequest() if stop is None else stop
    if not isinstance(request, StopRequest):
        raise InputError(f"stop: is a {type(stop).__name__}; give a StopRequest")
    with shown(progress) as display:
        try:
            return run_stoppable(lambda: work(request, display), request, display.tell)
        except OSError as error:
            explanation = explained(error)
            if type(explanation) is CrosslabelError:  # not an error that a person can fix
                raise
            raise explanation from error


@contextmanager
def shown(progress: Progress | bool | None = True) -> Iterator[Display]:
    """Yield a display that fits the place: a notebook, a terminal, or a file.

    Args:
        progress: false or ``None`` shows nothing; a callback gets (stage, done, total).

    Raises:
        InputError: it is neither.
    """
    if not progress:
        yield Display(silent, mute)
    elif progress is not True:
        if not callable(progress):
            raise InputError(f"progress: is a {type(progress).__name__}; give true, false or a "
                             "function of stage, done and total")
        yield Display(progress, _tell)
    elif _in_notebook():
        # Libraries below look for bars that a notebook may lack; these here need nothing.
        warnings.filterwarnings("ignore", "IProgress not found")
        yield Display(_Pictures().report, _tell)
    elif sys.stderr.isatty():
        with _bars() as display:
            yield display
    else:
        yield Display(_Lines().report, _tell)


def _tell(line: str) -> None:
    print(plain(line), file=sys.stderr, flush=True)


@contextmanager
def _bars() -> Iterator[Display]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(),
               TextColumn("{task.fields[left]}"))
    stages: dict[str, TaskID] = {}
    paces = _Paces()
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:

        def report(stage: str, done: int, total: int) -> None:
            left = paces.left(stage, done, total)
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=total, left="")
            bars.update(stages[stage], completed=done, left=left)

        yield Display(report, lambda line: bars.console.print(Text(plain(line))))


class _Paces:
    """The pace of each stage: over the second half of its time so far, and at most three minutes.

    The first half is left out because work that is kept of an earlier run takes no time.
    """

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._seen: dict[str, deque[tuple[float, int]]] = {}

    def left(self, stage: str, done: int, total: int) -> str:
        """Note how much is done; return the time that is left, empty while it is not known."""
        now = time.monotonic()
        begun, seen = self._begun.setdefault(stage, now), self._seen.setdefault(stage, deque())
        seen.append((now, done))
        since = now - min(_SECONDS_OF_PACE, (now - begun) / 2)
        while len(seen) > 2 and seen[1][0] <= since:
            seen.popleft()
        first, before = seen[0]
        if done <= before or now <= first or done >= total:
            return ""
        return f"about {_spoken((total - done) * (now - first) / (done - before))} left"


class _Lines:
    """Lines of progress for a file, a pipe or a log."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._paces = _Paces()

    def report(self, stage: str, done: int, total: int) -> None:
        """Print a line if the last one is long ago."""
        left = self._paces.left(stage, done, total)
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = now
            _tell(f"{stage} {done}/{total}{f', {left}' if left else ''}")


def _spoken(seconds: float) -> str:
    """Return a time as a person says it: ``40 s``, ``3 min``, ``2 h 10 min``."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _in_notebook() -> bool:
    """Return whether this process is the kernel of a notebook, which shows HTML."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "ZMQInteractiveShell"


class _Pictures:
    """Bars of HTML below the cell of a notebook."""

    def __init__(self) -> None:
        self._stages: dict[str, tuple[int, int]] = {}
        self._drawn = 0.0
        self._handle: Any = None

    def report(self, stage: str, done: int, total: int) -> None:
        """Draw all bars anew, but not too often."""
        self._stages[stage] = (done, total)
        now = time.monotonic()
        if done >= total or now - self._drawn >= _SECONDS_BETWEEN_PICTURES:
            self._drawn = now
            self._draw()

    def _draw(self) -> None:
        from IPython.display import HTML, display

        picture = HTML("".join(_bar(stage, *numbers) for stage, numbers in self._stages.items()))
        if self._handle is None:
            self._handle = display(picture, display_id=True)
        else:
            self._handle.update(picture)


def _bar(stage: str, done: int, total: int) -> str:
    return (f"<div><code>{escape(plain(stage))}</code> "
            f'<progress value="{done}" max="{max(total, 1)}"></progress> {done}/{total}</div>')
