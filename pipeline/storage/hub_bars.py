"""Bars of progress of downloads from the hub."""

from __future__ import annotations

from typing import Any


def terminal_bars() -> Any:
    """Return a class of bars that are shown on a terminal only, for the hub's client."""
    from huggingface_hub.utils.tqdm import tqdm

    class TerminalBars(tqdm):
        """Bars that look by themselves whether they are on a terminal."""

        def __init__(self, *words: Any, **options: Any) -> None:
            super().__init__(*words, **{"disable": None} | options)  # type: ignore[no-untyped-call]

    return TerminalBars
