"""The folder on this machine for what can be made or fetched again."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """``$CROSSLABEL_CACHE``, by default the platform's cache folder."""
    return Path(os.environ.get("CROSSLABEL_CACHE") or platformdirs.user_cache_dir("crosslabel"))
