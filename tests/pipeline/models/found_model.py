"""The folder and the fingerprint of an encoder, as a process: a line each.

    python -m tests.pipeline.models.found_model NAME [--no-package]
"""

from __future__ import annotations

import sys

from crosslabel.pipeline.models.e5_small import package
from crosslabel.pipeline.models.find import encoder_model
from crosslabel.projection.errors import InputError

if __name__ == "__main__":
    if "--no-package" in sys.argv:
        package.PACKAGE = "no-such-package"
    try:
        model = encoder_model(sys.argv[1])
    except InputError as error:
        sys.exit(str(error))
    print(model.path, model.fingerprint, sep="\n")
