"""Translation and projection of texts that belong to no corpus."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import crosslabel as cl
from tests.tiny_encoder import tiny_encoder

TEXTS = (("Anna left Hamburg.", "Anna verließ Hamburg.", [(0, 4, "PER"), (10, 17, "LOC")],
          [(0, 4, "PER"), (13, 20, "LOC")]),
         ("Omar lives in Lisbon.", "Omar lebt in Lissabon.", [(0, 4, "PER"), (14, 20, "LOC")],
          [(0, 4, "PER"), (13, 21, "LOC")]))


@pytest.fixture(scope="module")
def pairs() -> list[Any]:
    return [cl.pair(source, target, spans, source="en", target="de", gold=gold, id=str(number))
            for number, (source, target, spans, gold) in enumerate(TEXTS)]


def test_texts_are_translated_in_order() -> None:
    mt = cl.Translator.from_pretrained("mt-en-de-es")
    assert repr(mt) == "Translator('mt-en-de-es', from en, de, es to de, es, en)"
    texts = ["Anna left.", "", "The house is small. The garden is big."]
    german = mt.translate(texts, source="en", target="de", beam=1)
    assert german[0] and "Anna" in german[0]
    assert german[1] == ""
    assert german[2] and german[2].count(".") == 2
    with pytest.raises(cl.InputError, match="give a list of texts"):
        mt.translate("Anna left.", source="en", target="de")
    with pytest.raises(cl.InputError, match="fi"):
        mt.translate(["Anna left."], source="en", target="fi")


@pytest.mark.parametrize(("made", "call"), [
    ("cl.Translator.from_pretrained('mt-en-de-es')",
     "model.translate(['Anna left.'], source='en', target='de')"),
    ("cl.Projector.from_pretrained('softmax')",
     "model.project([cl.pair('Anna left.', 'Anna ging.', [(0, 4, 'PER')], source='en', "
     "target='de')])"),
])
def test_a_process_that_was_forked_after_a_model_was_loaded_says_so(made: str, call: str) -> None:
    code = ("import multiprocessing, crosslabel as cl\n"
            f"model = {made}\n"
            "def work():\n"
            "    try:\n"
            f"        {call}\n"
            "    except cl.CrosslabelError as error:\n"
            "        print(error)\n"
            f"{call}\n"
            "fork = multiprocessing.get_context('fork').Process(target=work)\n"
            "fork.start()\n"
            "fork.join(60)\n"
            "fork.kill()\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=200)
    assert "this process was forked after a model was loaded" in done.stdout, done.stderr


def test_what_cannot_be_translated_is_none_and_a_warning_says_why() -> None:
    mt = cl.Translator.from_pretrained("mt-en-de-es")
    long = "word " * 2000
    with pytest.warns(UserWarning, match="^text 1: not translated: "):
        translated = mt.translate(["Anna left.", long.strip()], source="en", target="de", beam=1)
    assert translated[0] and translated[1] is None


def test_texts_and_options_that_cannot_be_translated_are_named() -> None:
    mt = cl.Translator.from_pretrained("mt-en-de-es")
    wrong: list[tuple[Any, dict[str, Any], str]] = [
        (None, {}, "texts: is a NoneType; give a list"),
        (["a", None], {}, "texts: number 1 is a NoneType"),
        (["a\ud800"], {}, "texts: number 0 holds half of a surrogate pair"),
        (["a"], {"beam": 0}, "beam=0"), (["a"], {"source": None}, "source=None"),
    ]
    for texts, options, message in wrong:
        with pytest.raises(cl.InputError, match=message):
            mt.translate(texts, **{"source": "en", "target": "de", **options})
    device: Any = "gpu"
    with pytest.raises(cl.InputError, match="device='gpu': give one of auto, cpu, cuda"):
        cl.Translator.from_pretrained("mt-en-de-es", device=device)


def test_what_is_no_pair_or_span_is_named(pairs: list[Any]) -> None:
    projector = cl.Projector.from_pretrained("itermax", model=str(tiny_encoder()))
    wrong: Any
    for wrong, message in ((None, "pairs: is a NoneType"), (pairs[0], "pairs: is a PairRow"),
                           ([pairs[0], 1], "pairs: number 1 is a int")):
        for call in (projector.project, cl.align):
            with pytest.raises(cl.InputError, match=message):
                call(wrong)
    for wrong, message in (([(0, 4)], r"the span \(0, 4\): give \(start"),
                           (5, "spans: is a int; give a list")):
        with pytest.raises(cl.InputError, match=message):
            cl.pair("Anna", "Anna", wrong, source="en", target="de")
    with pytest.raises(cl.InputError, match="source_text: is a NoneType; give a text, or a list"):
        cl.pair(wrong and None, "Anna", source="en", target="de")
    pair = cl.pair("Anna", "Anna", [(np.int64(0), np.int64(4), "PER")], source="en", target="de")
    assert pair.pair.spans[0].fragments == ((0, 4),)


@pytest.mark.parametrize("method", ["cascade", "itermax"])
def test_spans_are_projected_with_places_and_text(method: str, pairs: list[Any]) -> None:
    results = cl.Projector.from_pretrained(method).project(pairs)
    assert [[(span.start, span.end, span.label) for span in result.spans] for result in results
            ] == [gold for *_, gold in TEXTS]
    assert results[1].spans[1].text == "Lissabon"
    assert results[1].spans[1].status == "projected"
    scores = cl.projection_scores(pairs, results)
    assert (scores.precision, scores.recall, scores.f1) == (1.0, 1.0, 1.0)
    page = results[0]._repr_html_()
    assert page.count("<mark") == 4 and "Hamburg <small>LOC</small>" in page


def test_words_are_counted_in_words() -> None:
    pair = cl.pair(["Anna", "left", "Hamburg"], ["Anna", "verließ", "Hamburg"],
                   [{"start": 2, "end": 3, "label": "LOC"}], source="en", target="de")
    [result] = cl.Projector.from_pretrained("itermax").project([pair])
    assert (result.spans[0].start, result.spans[0].end) == (2, 3)


def test_a_span_that_is_not_certain_enough_abstains_and_says_why() -> None:
    doubtful = cl.pair("Anna left Hamburg.", "Das Haus ist klein.", [(0, 4, "PER")],
                       source="en", target="de")
    [result] = cl.Projector.from_pretrained("cascade", precision=0.96).project([doubtful])
    [span] = result.spans
    assert (span.start, span.end, span.text, span.status) == (None, None, None, "abstained")
    assert span.reason
    assert result._repr_html_().count("<mark") == 1
    with pytest.raises(cl.InputError, match="was not reached on the fitting data; ask for at most"):
        cl.Projector.from_pretrained("cascade", precision=1.0).project([doubtful])


def test_words_are_aligned(pairs: list[Any]) -> None:
    links = cl.align(pairs)
    assert [0, 0] in links[0].pairs.tolist()
    assert len(links) == 2 and len(links[0].scores) == len(links[0].pairs)


def test_files_are_projected_and_measured(pairs: list[Any], tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    rows = [{"id": pair.pair.id,
             "source": {"lang": "en", "text": source, "spans": _spans(spans)},
             "target": {"lang": "de", "text": target, "spans": _spans(gold)}}
            for pair, (source, target, spans, gold) in zip(pairs, TEXTS, strict=True)]
    file.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"id": "bad"}]))
    projector = cl.Projector.from_pretrained("itermax")
    problems = projector.project_file(file, tmp_path / "out.jsonl")
    assert len(problems) == 1 and problems[0].startswith("pairs.jsonl, row 3: ")
    assert cl.projection_scores(str(file), str(tmp_path / "out.jsonl")).f1 == 1.0
    measured = cl.evaluate.projection(file, [tmp_path / "out.jsonl"], progress=False)
    assert measured.comparison.reports["out"].evaluation.micro().f1 == 1.0
    assert len(measured.problems()) == 2


def _spans(spans: list[tuple[int, int, str]]) -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "label": label} for start, end, label in spans]


@pytest.mark.parametrize(("options", "message"), [
    ({"method": "cascades"}, "cascades"),
    ({"method": "itermax", "precision": 0.9}, "precision is for the method cascade only"),
    ({"method": "itermax", "bitext": "x.tsv"}, "bitext is for methods that learn from it"),
    ({"method": "cascade", "links_key": "x"}, "a name of links is for a file"),
    ({"method": "itermax", "rules": {"fil": 1}}, "fil"),
])
def test_options_that_a_method_does_not_use_are_refused(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(cl.InputError, match=message):
        cl.Projector.from_pretrained(**options)


def test_pairs_without_gold_spans_and_other_numbers_are_refused(pairs: list[Any]) -> None:
    plain = cl.pair("Anna.", "Anna.", source="en", target="de", id="plain")
    with pytest.raises(cl.InputError, match="the pair 'plain' has no gold spans"):
        cl.projection_scores([plain], [])
    with pytest.raises(cl.InputError, match="0 results for 2 gold pairs"):
        cl.projection_scores(pairs, [])
    with pytest.raises(cl.InputError, match="is not within"):
        cl.pair("Anna.", "Anna.", [(0, 99, "PER")], source="en", target="de")


def test_shipped_models_are_described_and_checked() -> None:
    names = [model.manifest.name for model in cl.models.shipped()]
    assert "mt-en-de-es" in names
    lines = list(cl.models.check("ner-en"))
    assert lines[0] == "files are whole"
