"""A tiny model of each kind is tuned: the loss falls, the folder loads and says its convention."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer

from crosslabel.pipeline.aligner.bitext import Bitext
from crosslabel.pipeline.marker_tuning.checkpoint import AdamLearner, TrainableCheckpoint
from crosslabel.pipeline.marker_tuning.learning import Budget, TuningProgress, learn
from crosslabel.pipeline.marker_tuning.tune import tune_markers
from crosslabel.pipeline.marker_tuning.tuning import Tuning
from crosslabel.pipeline.models.convert import convert, translation_model
from crosslabel.pipeline.models.tokenizers import load_tokens
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import Translator
from crosslabel.projection.errors import InputError, TransientError
from tests.little_memory import TORCH
from tests.pipeline import tiny_families, tiny_marian
from tests.pipeline.marker_tuning.bitext import pairs, write

MAKERS: dict[str, Callable[[Path], Path]] = {"marian": tiny_marian.make, **tiny_families.MAKERS}


@pytest.fixture(autouse=True)
def _cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path / "cache"))
    torch.set_num_threads(1)


def tuning(tmp_path: Path, **changes: Any) -> Tuning:
    file = write(tmp_path / "en-de.tsv", times=4)
    options: dict[str, Any] = {
        "bitexts": (Bitext(file, "en", "de"),), "budget": Budget(steps=6), "learning_rate": 3e-3,
        "device": "cpu",
    }
    return Tuning(**(options | changes))


@pytest.mark.parametrize("family", ["marian", pytest.param("m2m100", marks=pytest.mark.slow)])
def test_a_tuned_model_is_a_whole_folder(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentences = [*tiny_families.sentences(), "< a > b < / c > d"]  # so that markers can be written
    monkeypatch.setattr(tiny_families, "sentences", lambda: sentences)
    checkpoint, output = MAKERS[family](tmp_path / family), tmp_path / "tuned"
    seen: list[TuningProgress] = []
    tuned = tune_markers(str(checkpoint), None, tuning(tmp_path), output, seen.append)
    assert [progress.step for progress in seen] == [1, 2, 3, 4, 5, 6]

    model = translation_model(str(output))
    assert model.manifest == tuned.manifest
    assert (model.manifest.markers, model.manifest.name) == ("letters", "tuned")
    assert model.manifest.source == checkpoint.name
    translator = Translator(model, Engine(device="cpu", compute_type="float32", threads=1))
    translator.translate(["Anna sees Tom."], "en", "de", TranslationSection(beam=1))

    card = (output / "README.md").read_text(encoding="utf-8")
    ways = [(one.source_lang, one.target_lang) for one in tuned.after]
    # the tiny Marian model has no token that asks for English
    assert ways == ([("en", "de")] if family == "marian" else [("en", "de"), ("de", "en")])
    assert "`<a> … </a>` (letters)" in card and "| en-de | 1 |" in card
    assert not list(tmp_path.glob(".tune-*"))


def test_the_same_seed_learns_the_same(tmp_path: Path) -> None:
    folder = tiny_marian.make(tmp_path / "marian")
    weights = [load_file(folder / "model.safetensors")]
    for number in range(2):
        output = tmp_path / f"tuned-{number}"
        tune_markers(str(folder), None, tuning(tmp_path), output, lambda _: None)
        weights.append(load_file(output / "torch" / "model.safetensors"))
    before, one, other = (found["model.decoder.layers.0.fc1.weight"] for found in weights)
    assert (one - other).abs().max() < 0.05 * (one - before).abs().max()


def test_where_memory_runs_out_the_way_out_is_named(tmp_path: Path) -> None:
    def full(_: TuningProgress) -> None:
        raise RuntimeError(TORCH)

    folder = tiny_marian.make(tmp_path / "marian")
    with pytest.raises(TransientError, match=r"^cpu: no memory to learn from 2048 tokens at once "
                       r"\(CUDA out of memory.*choose another device"):
        tune_markers(str(folder), None, tuning(tmp_path), tmp_path / "tuned", full)
    assert not (tmp_path / "tuned").exists()


@pytest.mark.parametrize("family", MAKERS)
def test_the_loss_falls(family: str, tmp_path: Path) -> None:
    folder = MAKERS[family](tmp_path / family)
    manifest = translation_model(str(folder)).manifest
    checkpoint = TrainableCheckpoint(folder, manifest, "cpu")
    batch = [checkpoint.encode(source, target, "en", "de") for source, target in pairs()[:8]]
    learner = AdamLearner(checkpoint, 1e-2)
    losses = [learner.step(batch, 1.0) for _ in range(12)]
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("family", MAKERS)
def test_texts_are_encoded_as_the_translator_does(family: str, tmp_path: Path) -> None:
    folder = MAKERS[family](tmp_path / family)
    model = translation_model(str(folder))
    checkpoint = TrainableCheckpoint(folder, model.manifest, "cpu")
    source, target = "The minister is here.", "The minister is in Bonn."
    example = checkpoint.encode(source, target, "en", "de")

    route, tokens = model.manifest.route("en", "de"), load_tokens(model.path)
    (asked,), (wanted,) = tokens.encode([route.text + source]), tokens.encode([target])
    names = AutoTokenizer.from_pretrained(folder).convert_ids_to_tokens
    assert names(example.source) == [*route.source, *asked, "</s>"]
    assert names(example.target) == [*route.target, *wanted, "</s>"]


def test_the_rate_rises_and_falls_and_steps_are_counted() -> None:
    rates: list[float] = []

    class Spy:
        def step(self, batch: int, rate: float) -> float:
            rates.append(rate)
            return 1.0

    progress = list(learn(Spy(), iter(range(100)), Budget(steps=10), 4))
    assert [now.step for now in progress] == list(range(1, 11))
    assert rates == pytest.approx([0.25, 0.45, 0.6, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])


@pytest.mark.parametrize(("changes", "message"), [
    ({"markers": "hearts"}, "none of letters, indexed, brackets, labelpigeon, easyproject"),
    ({"plain": 1.0}, "not a share"),
    ({"budget": Budget()}, "either minutes or steps"),
    ({"budget": Budget(1.0, 5)}, "either minutes or steps"),
    ({"budget": Budget(steps=-1)}, "above 0"),
    ({"device": "tpu"}, "give auto, cpu or cuda"),
])
def test_what_makes_no_sense_is_refused(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    folder = tiny_marian.make(tmp_path / "marian")
    with pytest.raises(InputError, match=message):
        tune_markers(str(folder), None, tuning(tmp_path, **changes), tmp_path / "out",
                     lambda _: None)
    assert not (tmp_path / "out").exists()


def test_markers_that_the_vocabulary_lacks_are_refused(tmp_path: Path) -> None:
    folder = tiny_families.t5(tmp_path / "t5")
    with pytest.raises(InputError, match=r"cannot write <a> </a>; markers that it can write: none"):
        tune_markers(str(folder), None, tuning(tmp_path), tmp_path / "out", lambda _: None)


def test_too_little_bitext_is_refused(tmp_path: Path) -> None:
    folder, file = tiny_marian.make(tmp_path / "marian"), tmp_path / "few.tsv"
    file.write_text("One.\tEins.\nno tab\n", encoding="utf-8")
    wanted = tuning(tmp_path, bitexts=(Bitext(file, "en", "de"),))
    with pytest.raises(InputError, match=r"few.tsv: 1 usable pairs"):
        tune_markers(str(folder), None, wanted, tmp_path / "out", lambda _: None)


def test_a_model_without_its_checkpoint_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "converted"
    convert(tiny_marian.make(tmp_path / "marian"), folder, name="converted")
    with pytest.raises(InputError, match="no transformers checkpoint beside the converted model"):
        tune_markers(str(folder), None, tuning(tmp_path), tmp_path / "out", lambda _: None)


def test_the_manifest_says_nothing_that_tuning_made_untrue(tmp_path: Path) -> None:
    output = tmp_path / "tuned"
    tune_markers("mt-en-de-es", None, tuning(tmp_path, budget=Budget(steps=2)), output,
                 lambda _: None)
    stated = json.loads((output / "model.json").read_text(encoding="utf-8"))
    assert not {"files", "steps", "same_translations_as"} & stated.keys()
    assert stated["source"] == "mt-en-de-es" and stated["markers"] == "letters"
    assert stated["directions"] == [["en", "de"], ["de", "en"], ["en", "es"], ["es", "en"]]
