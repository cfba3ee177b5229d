"""Protected parts through the calls: builds of all directions, and the translation of texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import crosslabel as cl
from tests.tiny_encoder import tiny_encoder

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parents[1] / "data" / "cases" / "odd_text"
PARTS = {
    "protected": (("<p>", "&amp;", "<b>", "</b>", "</p>"), ("{name}", "%s", "{{count}}"),
                  ("desk@example.org", "https://example.org/a?x=1&y=2"),
                  ("`pip install demo`", "$E = mc^2$"), ("@nora_l", "#Bremen"), (), ()),
    "characters": (("🎻",), ("→",), ("\u00ad",), ("Владимир",), ("東京",), ("²",), ("•",)),
}


def _text(row: dict[str, Any], side: str = "a") -> str:
    [field] = row[side]["fields"]
    return str(field["text"])


def _spans(row: dict[str, Any]) -> list[str]:
    return [_text(row)[part["start"]:part["end"]] for span in row["a"]["spans"]
            for part in span["fragments"]]


def _build(folder: Path, rows: list[dict[str, Any]], recipe: dict[str, Any]) -> cl.Corpus:
    source = folder / "rows.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    values = {"name": "protected", "source": {"path": str(source), "lang": "en"}} | recipe
    return cl.build(values, folder / "corpus", progress=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, cl.Corpus]:
    """The rows of the cases, built by the demo's recipe with the real encoder."""
    folder = tmp_path_factory.mktemp("protected")
    return {name: cl.build(cl.load_recipe("demo-ner", {
        "source.path": str(CASES / f"{name}.jsonl"), "source.labels": None}),
        folder / name, progress=False) for name in PARTS}


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("lang", ["de", "es"])
def test_each_part_stands_in_the_translation(
    demo: dict[str, cl.Corpus], name: str, lang: str
) -> None:
    rows = {row["a"]["id"]: row for row in demo[name][lang].to_dataset()}
    wanted = {str(number): parts for number, parts in enumerate(PARTS[name])}
    assert {number for number in wanted if number not in rows} <= {"6"}  # its numbers are not right
    for number, row in rows.items():
        for part in wanted[number]:
            assert _text(row).count(part) == _text(row, "b").count(part), _text(row)
        assert set(_spans(row)) <= {"Bremen", "BREMEN", "Bermen", "Hamburg"}
        assert -100 in row["a_tags"] or len(_spans(row)) == len(row["b"]["spans"])


def test_tags_and_words_of_a_tagged_row(demo: dict[str, cl.Corpus]) -> None:
    [row] = [row for row in demo["protected"]["de"].to_dataset() if row["a"]["id"] == "0"]
    assert "<b>Bremen</b>" in _text(row)
    assert row["a_tokens"][row["a_tags"].index(1)] == "Bremen"
    assert {"<p>", "<b>", "</b>", "</p>", "&amp;"} <= set(row["a_tokens"])
    [capitals] = [row for row in demo["protected"]["de"].to_dataset() if row["a"]["id"] == "5"]
    assert _text(capitals) == _text(capitals).upper()


def test_nothing_is_protected_if_the_recipe_says_so(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": "She lives in <b>Bremen</b> with {name}."}]
    corpus = _build(tmp_path, rows, {"targets": ["de"], "protect": []})
    [row] = corpus.to_dataset()
    assert "{name}" not in _text(row)


def test_rows_without_parts_are_translated_and_written_as_without_protection(
    tmp_path: Path,
) -> None:
    rows = [{"id": "1", "text": "Anna met Bob in Rome.",
             "spans": [{"start": 16, "end": 20, "label": "LOC"}]},
            {"id": "2", "text": "The old house, he said, is empty (since 1999)."}]
    projection = {"method": "softmax", "model": str(tiny_encoder())}
    made = []
    for name, change in (("on", {}), ("off", {"protect": []})):
        (tmp_path / name).mkdir()
        recipe = {"targets": ["de"], "projection": projection} | change
        corpus = _build(tmp_path / name, rows, recipe)
        parts = sorted(file.name for file in (tmp_path / name).rglob("translations/*/*.arrow"))
        made.append((corpus.to_dataset().to_list(), parts))
    assert made[0] == made[1]
    assert made[0][1]


def test_terms_and_patterns_of_a_recipe(tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("green paper\n", "utf-8")
    rows = [{"id": "1", "text": "We read the green paper and ACME-17 today."}]
    corpus = _build(tmp_path, rows, {"targets": ["de", "es"], "protect": [
        {"terms": str(tmp_path / "terms.txt")}, {"pattern": r"ACME-\d+"}]})
    for row in corpus.to_dataset():
        assert "green paper" in _text(row) and "ACME-17" in _text(row)


@pytest.mark.parametrize("rule", ["url", {"pattern": "("}, {"terms": 3}, {"terms": "none.txt"}])
def test_a_rule_that_does_not_exist_is_refused(tmp_path: Path, rule: Any) -> None:
    with pytest.raises(cl.InputError, match=r"protect|none\.txt"):
        _build(tmp_path, [{"text": "a"}], {"targets": ["de"], "protect": [rule]})


def test_tags_are_placed_in_given_translations(tmp_path: Path) -> None:
    """Those that a translation has already are left; classes need no projection of their own."""
    rows = [{"id": "1", "text": "<i>Anna</i> left <b>Bremen</b>.", "label": "x"},
            {"id": "2", "text": "<b>Bremen</b> is old.", "label": "y"}]
    texts = {"3": ("<b>Bremen is old.</b> 😀", "<b>Bremen ist alt.</b> 😀"),
             "4": ("Bremen is <!-- c --> old.", "Bremen ist alt."),
             "5": ("<p>Bremen</p>\n\n- one\n- two", "Bremen\n\neins\nzwei"),
             "6": ("[Bremen](https://a.org) is old.", "[Bremen](https://a.de) ist alt."),
             "7": ("See:\n```\nx\n```\n", "Sieh:\n```\nx\n```\n")}
    rows += [{"id": id, "text": text, "label": "x"} for id, (text, _) in texts.items()]
    translations = {"1": "Anna verließ Bremen.", "2": "Alt ist <b>Bremen</b>."} | {
        id: translation for id, (_, translation) in texts.items()}
    given = tmp_path / "given.jsonl"
    given.write_text("".join(json.dumps({"id": id, "text": text}) + "\n"
                             for id, text in translations.items()), "utf-8")
    corpus = _build(tmp_path, rows, {
        "targets": ["de"], "translation": {"given": {"de": str(given)}},
        "segmentation": {"sentences": False}})
    assert [_text(row) for row in corpus.to_dataset()] == [
        "<i>Anna</i> verließ <b>Bremen</b>.", "Alt ist <b>Bremen</b>.",
        "<b>Bremen ist alt.</b> 😀", "Bremen ist alt.", "<p>Bremen</p>\n\neins\nzwei",
        "[Bremen](https://a.de) ist alt.", "Sieh:\n```\nx\n```\n"]
    assert [row["a"]["label"] for row in corpus.to_dataset()][:2] == ["x", "y"]


def test_labels_of_translations_come_back_to_texts_with_parts(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": "<p>Anna Keller vive en <b>Hamburg</b> 🎻.</p>"}]
    corpus = _build(tmp_path, rows, {
        "source": {"path": str(tmp_path / "rows.jsonl"), "lang": "es"}, "targets": ["en"],
        "label": {"model": "ner-en"}})
    [row] = corpus.to_dataset()
    assert _text(row) == rows[0]["text"]
    for part in ("<p>", "<b>", "</b>", "🎻", "</p>"):
        assert _text(row, "b").count(part) == 1
    assert "Hamburg" in _spans(row)
    assert all("<" not in span for span in _spans(row))


def test_labelled_words_keep_their_labels_beside_parts(tmp_path: Path) -> None:
    rows = [{"id": "1", "tokens": ["Anna", "wrote", "to", "a@b.org", "."],
             "upos": ["PROPN", "VERB", "ADP", "SYM", "PUNCT"]}]
    corpus = _build(tmp_path, rows, {
        "targets": ["de"], "projection": {"method": "softmax", "model": str(tiny_encoder())},
        "source": {"path": str(tmp_path / "rows.jsonl"), "lang": "en",
                   "columns": {"tokens": "tokens", "tags": "upos"}, "task": "words"}})
    [row] = corpus.to_dataset()
    place = row["a_tokens"].index("a@b.org")
    assert row["b_tokens"] == rows[0]["tokens"]
    assert row["a_tags"][place] == row["b_tags"][3]


def test_texts_are_translated_with_their_parts() -> None:
    mt = cl.Translator.from_pretrained("mt-en-de-es")
    text = "# News\n\nShe lives in <b>Hamburg</b> 😀 with {name}.\n\n```\nx = 1\n```\n"
    [made] = mt.translate([text], source="en", target="de")
    assert made is not None and made.startswith("# News\n\n")
    assert made.endswith("\n\n```\nx = 1\n```\n")
    for part in ("<b>Hamburg</b>", "😀", "{name}"):
        assert made.count(part) == 1
    [bare] = mt.translate(["Ask {name}."], source="en", target="de", protect=[])
    assert bare is not None and "{name}" not in bare
    with pytest.raises(cl.InputError, match="there is no rule 'url'"):
        mt.translate(["a"], source="en", target="de", protect=["url"])
