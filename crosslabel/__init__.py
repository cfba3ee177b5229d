"""crosslabel: translate labelled corpora and project their span labels onto the translations."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    """Read the version when it is asked for, as that takes longer than all else here."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("crosslabel")
