"""Models of CTranslate2 in processes that were forked after they were loaded."""

from __future__ import annotations

import os

from crosslabel.projection.errors import CrosslabelError


def refuse_fork(process: int) -> None:
    """Refuse a model that another process has loaded: its threads are not in this one.

    Args:
        process: number of the process that loaded the model.

    Raises:
        CrosslabelError: this process is a fork of it.
    """
    if process != os.getpid():
        raise CrosslabelError("this process was forked after a model was loaded, and its copy of "
                              "the model has no threads; start it with the method 'spawn'")
