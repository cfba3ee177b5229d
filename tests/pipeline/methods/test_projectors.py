"""The table of methods: every name gives a projector, what cannot be used is one line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crosslabel.pipeline.methods.link_sources import SOURCES, link_source
from crosslabel.pipeline.methods.projectors import ProjectorOptions, evidence, projector
from crosslabel.pipeline.methods.target_sources import TARGET_SOURCES
from crosslabel.pipeline.recipe.methods import CASCADE, METHODS, check_method
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import GivenSpan, TextPair
from crosslabel.projection.joint.calibrator import Calibrator
from crosslabel.projection.links.statistical import StatisticalAligner
from crosslabel.projection.words import side_from_tokens

WORDS = [("Anna", "sings"), ("Anna", "sleeps"), ("Boris", "sings")]
TARGET_WORDS = [("Anna", "singt"), ("Anna", "schläft"), ("Boris", "singt")]
PAIR = TextPair("p", side_from_tokens(["Anna", "Keller", "sings", "."], "en"),
                side_from_tokens(["Anna", "Keller", "singt", "."], "de"),
                (GivenSpan("0", "PER", ((0, 11),)),))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File of an aligner that has seen a few words."""
    path = tmp_path_factory.mktemp("aligner") / "aligner.safetensors"
    StatisticalAligner.train(list(zip(WORDS, TARGET_WORDS, strict=True)) * 5).save(path)
    return path


def test_cascade_is_the_default_among_all_sources() -> None:
    assert list(METHODS) == [CASCADE, *SOURCES, *TARGET_SOURCES]


def test_cascade_without_a_trained_aligner_asks_the_encoder() -> None:
    cascade = projector(CASCADE, ProjectorOptions(device="cpu"))
    assert cascade.name == "joint-softmax"
    (found,) = cascade.project([PAIR])[0]
    assert (found.fragments, found.method) == (((0, 11),), "joint-softmax")
    assert found.calibrator == Calibrator.load(CALIBRATOR).id


def test_cascade_asks_a_trained_aligner_first(trained: Path) -> None:
    options = ProjectorOptions(device="cpu", statistical=trained)
    assert [source.name for source in evidence(options)] == ["statistical", "softmax"]
    cascade = projector(CASCADE, options)
    assert cascade.name == "joint-statistical+softmax"
    (found,) = cascade.project([PAIR])[0]
    assert found.fragments == ((0, 11),)
    assert found.method in ("joint-statistical", "joint-statistical+softmax")


def test_evidence_includes_weak_links(trained: Path) -> None:
    options = ProjectorOptions(device="cpu", statistical=trained)
    source = ["The", "harbour", "froze", "early", ",", "so", "Anna", "stayed", "home", "."]
    target = ["Weil", "der", "Hafen", "früh", "zufror", ",", "blieb", "Anna", "daheim", "."]
    pair = TextPair("p", side_from_tokens(source, "en"), side_from_tokens(target, "de"), ())
    sources = evidence(options)
    assert len(sources) == 2
    for weak in sources:
        plain = link_source(weak.name, options).align([pair])[0]
        more = weak.align([pair])[0]
        assert set(map(tuple, plain.pairs.tolist())) < set(map(tuple, more.pairs.tolist()))
        assert more.directions is not None and more.scores.min() < plain.scores.min()


def test_every_model_of_the_cascade_ships() -> None:
    models = Calibrator.load(CALIBRATOR).models
    assert set(models) >= {"statistical", "softmax", "statistical+softmax"}


def test_a_method_by_links_alone_takes_their_name(trained: Path) -> None:
    plain = projector("statistical", ProjectorOptions(statistical=trained))
    assert plain.name == "align-statistical"
    assert plain.project([PAIR])[0][0].probability is None


def test_wanted_precision_reaches_the_cascade() -> None:
    with pytest.raises(InputError, match=r"precision 1\.01 was not reached .* at most 0\.9"):
        projector(CASCADE, ProjectorOptions(device="cpu", precision=1.01))


def test_an_unknown_method_names_the_known() -> None:
    for refused in (check_method, lambda name: projector(name, ProjectorOptions())):
        with pytest.raises(InputError) as caught:
            refused("casc")
        assert str(caught.value) == ("there is no method 'casc'; there are: "
                                     + ", ".join(METHODS))


def test_a_missing_aligner_is_refused_in_one_line(tmp_path: Path) -> None:
    options = ProjectorOptions(device="cpu", statistical=tmp_path / "none.safetensors")
    with pytest.raises(InputError, match=r"none\.safetensors: not a statistical aligner"):
        projector(CASCADE, options)


@pytest.mark.parametrize("method", TARGET_SOURCES)
def test_a_translation_model_projects_alone(method: str) -> None:
    found = projector(method, ProjectorOptions(device="cpu")).project([PAIR])
    assert [(own.fragments, own.method) for own in found[0]] == [(((0, 11),), method)]


@pytest.mark.parametrize("method", TARGET_SOURCES)
def test_a_language_the_model_does_not_know_is_a_reason(method: str) -> None:
    pair = replace(PAIR, target=side_from_tokens(["Anna", "Keller", "laulaa"], "fi"))
    (found,) = projector(method, ProjectorOptions(device="cpu")).project([pair])[0]
    assert found.status == "abstained" and "fi" in (found.reason or "")
