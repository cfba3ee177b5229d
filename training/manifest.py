"""Write a finished model folder: `model.json` with file hashes, then one atomic rename."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

LICENCE = "CC-BY-SA-4.0"
ATTRIBUTION = [
    "Tatoeba sentence pairs (tatoeba.org, via manythings.org/anki), CC BY 2.0 FR",
    "Europarl v7 (statmt.org/europarl), no known copyright restrictions",
    "NTREX-128 (Federmann, Kocmi, Xin 2022), CC BY-SA 4.0",
    "Names from WikiGold (CC BY 4.0), Universal NER EWT (CC BY-SA 4.0), Broad Twitter Corpus "
    "(CC BY 4.0), WNUT-17 (CC BY 4.0)",
]


def publish(folder: Path, manifest: dict[str, Any], models: Path) -> Path:
    """Move `folder` to `models/<name>` with its manifest, replacing an older one.

    A model card that is already there is kept. A manifest without a licence or without an
    attribution gets `LICENCE` or `ATTRIBUTION`.
    """
    home = models / str(manifest["name"])
    if (home / "README.md").exists():
        shutil.copy2(home / "README.md", folder / "README.md")
    manifest = manifest | {
        "licence": manifest.get("licence", LICENCE),
        "attribution": manifest.get("attribution", ATTRIBUTION),
        "files": {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".md"
        },
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / "model.json").write_text(text + "\n", encoding="utf-8")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    models.mkdir(parents=True, exist_ok=True)
    old = folder.with_name(folder.name + "-old")
    shutil.rmtree(old, ignore_errors=True)
    if home.exists():
        home.rename(old)
    folder.rename(home)
    shutil.rmtree(old, ignore_errors=True)
    return home
