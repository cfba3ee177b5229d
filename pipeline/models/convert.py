"""The conversion of a transformers checkpoint to a CTranslate2 folder with a ``model.json``."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from crosslabel.pipeline.models.cache import cache_folder
from crosslabel.pipeline.models.card import card_licence
from crosslabel.pipeline.models.checkpoints import (
    CheckpointTokenizer,
    load_tokenizer,
    run_converter,
)
from crosslabel.pipeline.models.families import CheckpointFacts, family_of, limit, prompting
from crosslabel.pipeline.models.find import folder_name, locate
from crosslabel.pipeline.models.fingerprint import fingerprint
from crosslabel.pipeline.models.hub import resolved_revision
from crosslabel.pipeline.models.manifest import (
    MANIFEST,
    Manifest,
    Model,
    describe,
    describe_as,
)
from crosslabel.pipeline.models.routing import Languages
from crosslabel.pipeline.models.torch_checkpoint import torch_checkpoint
from crosslabel.pipeline.storage.files import read_json, write_json
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.unfinished import unfinished
from crosslabel.projection.errors import InputError

_VERSION = 2
"""Version of the files that are written beside the engine's files."""
_ANY_FOLDER = "checkpoint"
"""Name that the cache gives to all models that were found in folders."""
_UNSTATED_LICENCES = {"nllb": "CC-BY-NC-4.0"}
"""Licence of a family's published weights, for checkpoints whose card states none."""


def translation_model(name: str, revision: str | None = None) -> Model:
    """Return the translation model of that name, converted into the cache first if needed.

    Args:
        name: shipped name, CTranslate2 folder, transformers checkpoint or hub name.
        revision: hub revision.

    Raises:
        InputError: there is no such model, or it does not translate.
    """
    path = locate(name, revision)
    if (path / MANIFEST).is_file():
        return describe_as("translation", path, name)
    if (path / "model.bin").is_file():
        raise InputError(f"{path}: a CTranslate2 folder without {MANIFEST}, so its tokenizer is "
                         "not known; convert the original checkpoint with "
                         "'crosslabel models convert'")
    is_folder = Path(name).is_dir()
    # The bytes of a converted model must not depend on the place of the folder it was made from.
    stated = _ANY_FOLDER if is_folder else name
    target = cache_folder() / "converted" / key(
        fingerprint(path), _VERSION, converter_version(), stated
    )
    if not (target / MANIFEST).is_file():
        convert(path, target, name=stated, revision=revision)
    model = describe(target)
    called = {"name": folder_name(path), "source": folder_name(path)} if is_folder else {}
    return replace(model, manifest=model.manifest.model_copy(update=called),
                   checkpoint=torch_checkpoint(path) or model.checkpoint)


def converter_version() -> str:
    """Return the version of the converter, on which its files may depend."""
    import ctranslate2

    return str(ctranslate2.__version__)


def convert(
    checkpoint: Path,
    output: Path,
    *,
    name: str,
    revision: str | None = None,
    quantization: str = "float16",
) -> Manifest:
    """Convert a checkpoint into the new folder ``output``, which appears only once it is complete.

    Raises:
        InputError: there is no checkpoint, its family is not supported, or the converter fails.
    """
    family, tokenizer, facts = _read(checkpoint)
    manifest = _manifest(family, facts, checkpoint, name).model_copy(
        update={"revision": resolved_revision(checkpoint, revision), "quantization": quantization}
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=output.parent, prefix=".convert-") as folder,
        unfinished(Path(folder)),
    ):
        temporary = Path(folder) / "model"
        run_converter(family, checkpoint, temporary, quantization)
        tokenizer.save(temporary)
        write_json(temporary / MANIFEST, manifest.model_dump(mode="json", exclude_none=True))
        try:
            temporary.rename(output)
        except OSError:
            raise InputError(f"{output}: exists already; give another folder") from None
    return manifest


def _read(checkpoint: Path) -> tuple[str, CheckpointTokenizer, CheckpointFacts]:
    config = read_json(checkpoint / "config.json")
    if not isinstance(config, dict):
        raise InputError(f"{checkpoint}: no config.json, so not a transformers checkpoint")
    settings = read_json(checkpoint / "tokenizer_config.json") or {}
    try:
        family = family_of(config, settings)
        tokenizer = load_tokenizer(family, checkpoint)
    except InputError as error:
        raise InputError(f"{checkpoint}: {error}") from None
    return family, tokenizer, CheckpointFacts(config, settings, tokenizer.vocabulary)


def _manifest(family: str, facts: CheckpointFacts, checkpoint: Path, name: str) -> Manifest:
    try:
        prompts = prompting(family, facts)
    except InputError as error:
        raise InputError(f"{checkpoint}: {error}") from None
    licence = card_licence(checkpoint)
    return Manifest(
        name=name, kind="translation", family=family, source=name,
        languages=Languages(
            source=prompts.source or tuple(prompts.source_tokens),
            target=prompts.target or tuple(prompts.target_tokens or prompts.text_prefixes),
        ),
        source_tokens=prompts.source_tokens, target_tokens=prompts.target_tokens,
        target_first=prompts.target_first, text_prefixes=prompts.text_prefixes,
        max_source_tokens=limit(facts), max_target_tokens=limit(facts),
        licence=_UNSTATED_LICENCES.get(family, licence) if licence == "unknown" else licence,
    )
