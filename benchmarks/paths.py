"""The measured models, and the folders of the data sets and of the results."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
DATA = Path(os.environ.get("CROSSLABEL_DATA") or HERE.parents[1] / "shared" / "data")
ENCODER = "e5-small"
TRANSLATION = "mt-en-de-es"
