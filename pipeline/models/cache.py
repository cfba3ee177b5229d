"""The folder on this machine for files that can be made or fetched again."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Return ``$CROSSLABEL_CACHE``, or the platform's cache folder if it is not set."""
    return Path(os.environ.get("CROSSLABEL_CACHE") or platformdirs.user_cache_dir("crosslabel"))
