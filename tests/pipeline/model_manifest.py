"""What ``model.json`` of a fetched and converted model says, as a process: a line of JSON, then its
fingerprint and its warning.

    python -m tests.pipeline.model_manifest NAME [REVISION]
"""

from __future__ import annotations

import sys

from crosslabel.pipeline.models.convert import translation_model

if __name__ == "__main__":
    model = translation_model(*sys.argv[1:])
    print(model.manifest.model_dump_json(), model.fingerprint, model.manifest.warning, sep="\n")
