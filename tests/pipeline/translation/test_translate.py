"""Translation through CTranslate2 is what transformers computes, text by text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crosslabel.pipeline.models.convert import convert, translation_model
from crosslabel.pipeline.models.manifest import describe
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import Translator
from crosslabel.projection.errors import InputError
from tests.little_memory import LittleEngine
from tests.pipeline import tiny_marian

EXACT = Engine(device="cpu", compute_type="float32", threads=1)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_marian.make(tmp_path_factory.mktemp("marian"))


@pytest.fixture(scope="module")
def translator(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Translator:
    folder = tmp_path_factory.mktemp("converted") / "model"
    convert(checkpoint, folder, name="tiny", quantization="float32")
    return Translator(describe(folder), EXACT)


def _samples(count: int) -> list[str]:
    lines = (tiny_marian.SAMPLES / "ner.en.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[:count]]


def test_translations_equal_greedy_transformers(checkpoint: Path, translator: Translator) -> None:
    import torch
    from sentencepiece import SentencePieceProcessor
    from transformers import MarianMTModel, MarianTokenizer

    detokenizer = SentencePieceProcessor(str(checkpoint / "target.spm"))
    tokenizer = MarianTokenizer.from_pretrained(checkpoint)
    model = MarianMTModel.from_pretrained(checkpoint).eval()
    texts = _samples(40)
    ours = translator.translate(texts, "en", "de", TranslationSection(beam=1))
    ended = [(text, t.text) for text, t in zip(texts, ours, strict=True) if t.text is not None]
    assert len(ended) >= 10
    for text, translation in ended:
        inputs = tokenizer([f">>de<< {text}"], return_tensors="pt")
        with torch.no_grad():
            # CTranslate2 never gives an empty hypothesis
            output = model.generate(
                **inputs, num_beams=1, do_sample=False, min_new_tokens=1, max_new_tokens=128
            )
        special = set(tokenizer.all_special_tokens)
        pieces = [p for p in tokenizer.convert_ids_to_tokens(output[0]) if p not in special]
        assert translation == detokenizer.decode(pieces).strip()


def test_each_language_gets_its_token(translator: Translator) -> None:
    text = _samples(1)
    german = translator.translate(text, "en", "de", TranslationSection(beam=1))
    spanish = translator.translate(text, "en", "es", TranslationSection(beam=1))
    assert german != spanish


def test_unknown_language_lists_the_known(translator: Translator) -> None:
    with pytest.raises(InputError, match="does not translate into 'fr'; it knows: de, es"):
        translator.translate(["Hello."], "en", "fr", TranslationSection())


def test_text_over_the_limit_gets_a_reason_and_spares_the_others(translator: Translator) -> None:
    texts = ["A short one.", "word " * 500, "Another."]
    short = translator.translate([texts[0], texts[2]], "en", "de", TranslationSection(beam=1))
    mixed = translator.translate(texts, "en", "de", TranslationSection(beam=1))
    assert mixed[1].text is None
    assert mixed[1].reason and mixed[1].reason.startswith("over-limit: ")
    assert [mixed[0].text, mixed[2].text] == [t.text for t in short]


def test_no_texts_give_no_translations(translator: Translator) -> None:
    assert translator.translate([], "en", "de", TranslationSection()) == []


def test_checkpoint_is_converted_once_into_the_cache(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path))
    first = translation_model(str(checkpoint))
    stamp = (first.path / "model.bin").stat().st_mtime_ns
    second = translation_model(str(checkpoint))
    assert first == second
    assert (second.path / "model.bin").stat().st_mtime_ns == stamp
    assert first.manifest.languages.target == ("de", "es")


@pytest.mark.parametrize("file", ["source.spm", "config.json", "vocab.json"])
def test_incomplete_checkpoint_is_an_input_error(
    checkpoint: Path, tmp_path: Path, file: str
) -> None:
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(checkpoint, broken)
    (broken / file).unlink()
    with pytest.raises(InputError, match="broken"):
        convert(broken, tmp_path / "out", name="broken")
    assert not (tmp_path / "out").exists()


def test_damaged_model_is_an_input_error(translator: Translator, tmp_path: Path) -> None:
    import shutil

    damaged = tmp_path / "damaged"
    shutil.copytree(translator.model.path, damaged)
    (damaged / "model.bin").write_bytes(b"\0" * 100)
    with pytest.raises(InputError, match="cannot be loaded"):
        Translator(describe(damaged), EXACT)


def test_batches_are_halved_where_memory_runs_out_and_the_part_says_so(
    translator: Translator
) -> None:
    """An engine with room for 600 tokens at a time gives what one with room for all does."""
    small = Translator(translator.model, EXACT)
    engine = LittleEngine(small._engine, 600)
    small._engine = engine
    texts, decoding = _samples(20), TranslationSection(beam=1)
    wanted = translator.translate(texts, "en", "de", decoding)
    assert [own.text for own in small.translate(texts, "en", "de", decoding)] == [
        own.text for own in wanted]
    assert engine.asked == [2048, 1024, 512]
    assert small.computed == {**translator.computed, "batch_tokens": 512}
    small.translate(texts, "en", "de", decoding)
    assert engine.asked[3:] == [512]
