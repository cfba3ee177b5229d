"""Names of the files and folders of an output folder."""

from __future__ import annotations

MANIFEST = "manifest.json"
"""Description of the corpus; without it the corpus is not finished."""
RUN = "run.json"
"""Report of the latest run."""
WORK = ".work"
"""Folder of the files that a build keeps for the next build."""

CURRENT = "current.json"
"""In the working folder: the inputs of the latest plan."""
CLAIMS = "claims"
"""In the working folder: locks of the runs that share a build."""
BROKEN = "broken"
"""In the working folder: the broken files that ``verify`` moved aside."""
