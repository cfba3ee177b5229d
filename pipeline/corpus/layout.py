"""Names of the files and folders of an output folder."""

from __future__ import annotations

MANIFEST = "manifest.json"
"""What the corpus is; without it the corpus is not finished."""
RUN = "run.json"
"""What the latest run did."""
WORK = ".work"
"""Folder of what a build keeps for the next one."""

CURRENT = "current.json"
"""In the working folder: what the latest plan is made of."""
CLAIMS = "claims"
"""In the working folder: locks of the runs that share a build."""
BROKEN = "broken"
"""In the working folder: what ``verify`` moved aside."""
