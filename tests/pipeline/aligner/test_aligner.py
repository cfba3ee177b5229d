"""The statistical aligner of a build: what it learns from, and when it is trained again."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.aligner.bitext import Bitext
from crosslabel.pipeline.aligner.training import sides, spread, train_aligner
from crosslabel.pipeline.build import build
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.planning.shard_names import name_shards
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.run.finish import finish
from crosslabel.pipeline.stages.align import run_aligner
from crosslabel.pipeline.stages.units import run_unit, units
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import TextPair
from tests.pipeline.corpus_builds import LIMIT, inodes, results, small_recipe, units_of

NUMBERS = [("one dog", "ein Hund"), ("one cat", "eine Katze"), ("two dogs", "zwei Hunde"),
           ("the dog sleeps", "der Hund schläft"), ("the cat sleeps", "die Katze schläft")]


def _recipe(*overrides: str) -> Recipe:
    """The small build by the method that needs no other model; all of its rows are kept."""
    return small_recipe("projection.method=statistical", "quality.numbers=false", *overrides)


def _bitext(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("statistical") / "out"
    build(_recipe(), out, limit=LIMIT)
    return out


def _translated(out: Path, recipe: Recipe) -> Plan:
    """A plan whose parts are all committed."""
    planned = plan(recipe, out, LIMIT)
    for part in units_of(planned, "translate"):
        run_unit(planned, part)
    return planned


def test_manifest_says_what_was_learnt_from(corpus: Path) -> None:
    _, manifest, account = build(_recipe(), corpus, limit=LIMIT)
    assert account.idle
    assert manifest["models"]["encoder"] is None
    for counts in manifest["languages"].values():
        assert counts["aligner"] == {"corpus_pairs": counts["segments"], "bitext_pairs": 0,
                                     "bitext_bad_lines": 0}
        assert counts["methods"] == ["align-statistical"]


def test_stopped_after_training_the_next_run_trains_nothing(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    planned = _translated(out, _recipe())
    for lang in planned.languages:
        run_aligner(planned, lang)
    before = inodes(out, ".work/aligners/*/*")
    assert len(before) == 4
    _, _, account = build(_recipe(), out, limit=LIMIT)
    assert account.aligners == 0
    assert account.shards == len(units_of(planned, "project"))
    assert inodes(out, ".work/aligners/*/*") == before
    assert results(out) == results(corpus)


def test_stopped_while_training_the_next_run_trains_anew(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    file = _translated(out, _recipe()).languages["de"].aligner
    assert file
    file.parent.mkdir(parents=True)
    file.write_bytes(b"half")
    build(_recipe(), out, limit=LIMIT)
    assert results(out) == results(corpus)


def test_order_and_threads_change_no_byte(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    planned = _translated(out, _recipe())
    for lang in reversed(planned.languages):
        run_aligner(planned, lang)
    with ThreadPoolExecutor(max_workers=3) as pool:
        list(pool.map(lambda unit: run_unit(planned, unit),
                      reversed(units_of(planned, "project"))))
    finish(planned)
    assert results(out) == results(corpus)


def test_shards_are_there_before_the_parts_that_nothing_is_learnt_from(tmp_path: Path) -> None:
    recipe = _recipe("targets=[de]", "projection.max_pairs=9", "output.shard_rows=2")
    planned = plan(recipe, tmp_path / "out", LIMIT)
    needs, parts = units(planned), units_of(planned, "translate")
    (aligner,) = units_of(planned, "train")
    learnt = [part for part in parts if part in needs[aligner]]
    assert len(learnt) == 2 < len(parts)
    assert parts[:2] == learnt and parts[2:] == sorted(parts[2:], key=lambda part: part.number)
    first = next(own for own in units_of(planned, "project") if needs[own] <= {*learnt, aligner})
    for unit in (*learnt, aligner, first):
        run_unit(planned, unit)
    assert len(list((tmp_path / "out").glob("de/*.arrow"))) == 1
    _, manifest, _ = build(recipe, tmp_path / "out", limit=LIMIT)
    assert manifest["languages"]["de"]["aligner"]["corpus_pairs"] == 9
    build(recipe, tmp_path / "whole", limit=LIMIT)
    assert results(tmp_path / "out") == results(tmp_path / "whole")


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 400))
def test_parts_to_learn_from_hold_what_is_wanted(rows: list[int], wanted: int) -> None:
    found = spread(rows, wanted)
    held = sum(rows[part] for part in found)
    assert list(found) == sorted(set(found)) and set(found) <= set(range(len(rows)))
    assert held >= min(wanted, sum(rows))
    assert held < wanted + 9
    if sum(rows) < wanted:
        assert len(found) == len(rows)


@given(st.integers(1, 3_000), st.integers(1, 3_000))
def test_parts_to_learn_from_lie_all_over_the_corpus(parts: int, wanted: int) -> None:
    edges = [0, *spread([1] * parts, wanted), parts]
    widest = max(after - before for before, after in pairwise(edges))
    assert widest <= 2 + 2.7 * parts / wanted


def test_bitext_renames_the_shards_of_its_language_only(corpus: Path, tmp_path: Path) -> None:
    file = _bitext(tmp_path / "de.tsv", ["a dog\tein Hund"])

    def names(*overrides: str) -> dict[str, str]:
        planned = plan(_recipe(*overrides), corpus, LIMIT)
        return {lang: shards[0].name for lang, shards in planned.shards.items()}

    plain, extra = names(), names(f"projection.bitext.de={file}")
    _bitext(file, ["a dog\tein Köter"])
    other = names(f"projection.bitext.de={file}")
    assert len({plain["de"], extra["de"], other["de"]}) == 3
    assert plain["es"] == extra["es"] == other["es"]
    assert names("projection.max_pairs=9")["es"] != plain["es"]


@pytest.mark.parametrize(
    "override", ["projection.precision=0.9", "mask_above=0.3", "projection.method=softmax"]
)
def test_whatever_decides_the_bytes_names_the_shard(corpus: Path, override: str) -> None:
    planned, changed = (plan(small_recipe(*more), corpus, LIMIT) for more in ([], [override]))
    models = planned.models
    refitted = replace(planned, models=replace(models, calibrator="another"))
    encoder = replace(models.method.encoder, fingerprint="another")
    method = replace(models.method, encoder=encoder)
    reread = replace(planned, models=replace(models, method=method))
    names = {name_shards(own, "de")[0].name for own in (planned, changed, refitted, reread)}
    assert models.calibrator
    assert len(names) == 4


def test_a_precision_out_of_reach_is_said_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"precision 1\.0 was not reached"):
        build(small_recipe("projection.precision=1.0"), tmp_path / "out", limit=LIMIT)
    assert not list((tmp_path / "out").glob(".work/*/*"))


def test_bitext_is_learnt_from_and_its_bad_lines_are_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    file = _bitext(tmp_path / "de.tsv", ["a dog\tein Hund", "no tab", "two dogs\tzwei Hunde"])
    recipe = _recipe("targets=[de]", f"projection.bitext.de={file}")
    _, manifest, account = build(recipe, out, limit=LIMIT)
    counts = manifest["languages"]["de"]
    assert counts["aligner"] == {"corpus_pairs": counts["segments"], "bitext_pairs": 2,
                                 "bitext_bad_lines": 1}
    assert account.warnings == ["de.tsv, row 2: 1 columns where source, tab, target belong; "
                                "1 of 3 lines are left out"]
    assert manifest["recipe"]["projection"]["bitext"] == {"de": "de.tsv"}
    build(_recipe("targets=[de]"), out, limit=LIMIT)
    assert len(list(out.glob(".work/aligners/de-*"))) == 1


@pytest.mark.parametrize("lines", [None, [], ["nothing but text"]])
def test_bitext_that_cannot_be_used_is_said_before_any_work(
    tmp_path: Path, lines: list[str] | None
) -> None:
    file = tmp_path / "es.tsv"
    if lines is not None:
        _bitext(file, lines)
    with pytest.raises(InputError, match=r"es\.tsv: [^\n]*$"):
        build(_recipe(f"projection.bitext.es={file}"), tmp_path / "out", limit=LIMIT)
    assert not list((tmp_path / "out").glob(".work/*/*"))


def test_more_rows_train_a_new_aligner_and_translate_only_what_is_new(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _, _, first = build(_recipe("targets=[de]"), out, limit=12)
    before = set(inodes(out, "de/*.arrow"))
    _, manifest, second = build(_recipe("targets=[de]"), out, limit=LIMIT)
    assert second.hits >= first.texts
    assert second.aligners == 1
    assert second.shards == LIMIT // 6
    assert before.isdisjoint(inodes(out, "de/*.arrow"))
    assert manifest["languages"]["de"]["aligner"]["corpus_pairs"] > first.texts


def test_methods_that_learn_nothing_train_nothing(tmp_path: Path) -> None:
    recipe = small_recipe("targets=[de]", "projection.method=inter")
    _, manifest, account = build(recipe, tmp_path / "out", limit=6)
    assert not (tmp_path / "out" / ".work" / "aligners").exists()
    assert manifest["languages"]["de"]["aligner"] is None
    assert not account.aligners


@pytest.mark.parametrize(
    ("max_pairs", "expected"), [(100, (5, 3)), (7, (5, 2)), (5, (5, 0)), (2, (2, 0))]
)
def test_the_corpus_comes_first_and_bitext_fills_up(
    tmp_path: Path, max_pairs: int, expected: tuple[int, int]
) -> None:
    file = _bitext(tmp_path / "de.tsv", ["a\tb", "c\td", "e\tf"])
    texts = [*NUMBERS, *NUMBERS[:2], (" ", "nichts")]
    trained = train_aligner(sides(texts, "en", "de"), Bitext(file, "en", "de"), max_pairs)
    assert (trained.corpus_pairs, trained.bitext_pairs) == expected


def test_words_that_only_the_bitext_has_are_linked(tmp_path: Path) -> None:
    file = _bitext(tmp_path / "de.tsv", ["a bird sings\tein Vogel singt", "bird\tVogel"] * 5)
    trained = train_aligner(sides(NUMBERS, "en", "de"), Bitext(file, "en", "de"))
    source, target = next(sides([("the bird sleeps", "Vogel schläft der")], "en", "de"))
    links = trained.aligner.align([TextPair("1", source, target, ())])[0]
    assert [1, 0] in links.pairs.tolist()
