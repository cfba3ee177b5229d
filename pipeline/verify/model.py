"""The trial of a model: its files are checked, it is loaded and it processes a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crosslabel.pipeline.corpus.records import ANSWER, Example
from crosslabel.pipeline.labellers.facts import is_labeller
from crosslabel.pipeline.labellers.load import known_labels, load_labeller
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.families import family_of
from crosslabel.pipeline.models.find import encoder_model, labeller_model, locate
from crosslabel.pipeline.models.made import folder_of_made
from crosslabel.pipeline.models.manifest import MANIFEST, Model, describe
from crosslabel.pipeline.recipe import Engine, Labelling, TranslationSection
from crosslabel.pipeline.storage.files import read_json, sha256
from crosslabel.pipeline.translation.translator import Translator
from crosslabel.pipeline.verify.greedy import LONGEST, greedy
from crosslabel.projection.errors import InputError
from crosslabel.projection.words import word_ranges_batch

_NOUNS = {"spans": "spans", "words": "words", "text": "texts"}
_SHOWN = 4
"""Largest number of languages into which the sentence is translated."""


def check_model(name: str, revision: str | None, text: str, lang: str) -> Iterator[str]:
    """Try a model and yield the results line by line.

    Args:
        text: a sentence to try a translation model or a labeller on.
        lang: its language.

    Raises:
        InputError: the model is broken; the message names the way out.
    """
    path = locate(name, revision)
    if (path / MANIFEST).is_file():
        _verify_files(describe(path))
        yield "files are whole"
    if is_labeller(path):
        yield from _check_labeller(name, revision, text, lang)
    elif _translates(path):
        yield from _check_translator(name, revision, text, lang)
    else:
        yield from _check_encoder(name, revision)


def _translates(path: Path) -> bool:
    if (path / MANIFEST).is_file():
        return describe(path).manifest.kind == "translation"
    if (path / "model.bin").is_file():
        return True
    try:
        family_of(*(read_json(path / file) or {}
                    for file in ("config.json", "tokenizer_config.json")))
    except InputError:
        return False
    return True


def _verify_files(model: Model) -> None:
    for file, digest in model.manifest.files.items():
        path = model.path / file
        if not path.is_file():
            raise InputError(f"{path}: missing; {_way_out(model)}")
        if sha256(path) != digest:
            raise InputError(f"{path}: its sha256 is not the one in {MANIFEST}; {_way_out(model)}")


def _way_out(model: Model) -> str:
    if model.path.parent == folder_of_made():
        return f"remove the folder {model.path}, and the next run makes it again"
    return "get the model again"


def _check_translator(name: str, revision: str | None, text: str, lang: str) -> Iterator[str]:
    model = translation_model(name, revision)
    manifest = model.manifest
    yield f"{manifest.family}, licence {manifest.licence}, revision {manifest.revision or 'none'}"
    yield f"takes {manifest.max_source_tokens} tokens, gives {manifest.max_target_tokens}"
    translator = Translator(model, Engine(compute_type="float32"))
    yield f"can translate and score (CTranslate2 on {translator.device})"
    if model.checkpoint:
        yield "can encode and give logits (transformers)"
    else:
        yield "can neither encode nor give logits: no transformers checkpoint beside it"
    for target in _targets(model, lang):
        result = translator.translate([text], lang, target, TranslationSection(beam=1))[0]
        if result.text is None:
            yield f"{lang}-{target}: {result.reason}"
            continue
        [score] = translator.score([text], [result.text], lang, target)
        yield f"{lang}-{target}: {result.text} (mean log-probability {score:.2f})"
        if model.checkpoint:
            comparison = _compared(translator, model.checkpoint, text, lang, target)
            yield f"{lang}-{target}: {comparison}"


def _targets(model: Model, lang: str) -> list[str]:
    """Return the first few languages into which the model translates ``lang``.

    Raises:
        InputError: there is none.
    """
    manifest, targets = model.manifest, []
    refusal: InputError | None = None
    for target in manifest.languages.target or ("und",):
        try:
            manifest.route(lang, target)
        except InputError as error:
            refusal = error
        else:
            targets += [target] if target != lang else []
    if not targets and refusal:
        raise refusal
    return targets[:_SHOWN]


def _compared(
    translator: Translator, checkpoint: Path, text: str, source: str, target: str
) -> str:
    ours = translator.greedy(text, source, target)[:LONGEST]
    theirs = greedy(checkpoint, translator.model.manifest, text, source, target)
    if ours == theirs:
        return "its greedy tokens equal those of transformers"
    both = zip([*ours, ""], [*theirs, ""], strict=False)
    same = next(n for n, (our, their) in enumerate(both) if our != their)
    stored = translator.model.manifest.quantization or "unknown precision"
    return (f"its greedy tokens equal those of transformers up to token {same} of {len(ours)} "
            f"(weights stored in {stored}, which can tip close choices)")


def _check_labeller(name: str, revision: str | None, text: str, lang: str) -> Iterator[str]:
    labelling = Labelling(model=name, revision=revision)
    model = labeller_model(name, revision)
    known = known_labels(model, labelling)
    yield f"{model.manifest.family}, licence {model.manifest.licence}"
    labeller = load_labeller(model, labelling, "cpu")
    yield f"can label {_NOUNS[known.task]}: {', '.join(known.labels) or 'values'}"
    fields = {"question": text, "context": text} if known.labels == (ANSWER,) else {"text": text}
    words = dict(zip(fields, word_ranges_batch(list(fields.values()), lang), strict=True))
    [result] = labeller.label([Example("1", "text", lang, fields)], [words])
    yield result if isinstance(result, str) else f"{text} {_labels(result)}"


def _labels(example: Example) -> str:
    if example.task == "spans":
        spans = [f"{example.fields[span.field][slice(*span.fragments[0])]} {span.label} "
                 f"{span.score or 0:.2f}" for span in example.spans]
        return f"[{', '.join(spans) or 'no span'}]"
    if example.task == "words":
        return f"[{' '.join(label or '_' for words in example.words for label in words.labels)}]"
    return f"[{example.label or example.value}]"


def _check_encoder(name: str, revision: str | None) -> Iterator[str]:
    from crosslabel.projection.links.encoder import TransformerEncoder

    model = encoder_model(name, revision)
    encoder = TransformerEncoder(str(model.path))
    yield f"{model.manifest.family}, licence {model.manifest.licence}"
    yield f"can encode (layer {encoder.layer}, {encoder.dim} numbers per sub-word)"
    config = read_json(model.path / "config.json") or {}
    if any(str(name).endswith("ForMaskedLM") for name in config.get("architectures") or ()):
        yield "can give logits (hidden words)"
