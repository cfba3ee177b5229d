"""Write the model cards from `model.json` and the measured results: `python -m training.cards`."""

import json
from typing import Any

from training.paths import ENCODER, MODELS, RESULTS, TRANSLATION

_NAMES = {"de": "German", "es": "Spanish"}

_SHARED = """
## Data

| text | used | licence |
|---|---|---|
| Tatoeba (tatoeba.org, manythings.org/anki) | 190,109 en-de, 132,183 en-es | CC BY 2.0 FR |
| Europarl v7, a sample | 19,900 en-es | no known copyright restrictions |
| NTREX-128 (Federmann, Kocmi, Xin 2022), lines 1-1,497 | 1,497 en-de, 1,497 en-es | CC BY-SA 4.0 |
| names from WikiGold, Broad Twitter Corpus, WNUT-17 | lists | CC BY 4.0 |
| names from Universal NER EWT | lists | CC BY-SA 4.0 |

The model is published under CC BY-SA 4.0.
"""

_TRANSLATION = """# {name}

A very small translation model, English to German and English to Spanish. It is made for tests,
examples and first steps without a network: short everyday sentences and short sentences about
people, places, organisations and dates. **For real corpora use a bigger model.**

Marian architecture, 4.6 million parameters, {steps:,} steps on 2 CPU cores that had other work too.
`model.bin` is the CTranslate2 int8 form, `torch/` the same weights for transformers in float16.

Source tokens: `>>de<<` or `>>es<<`, the pieces of the sentence (`source.spm`), `</s>`. The pieces
of the translation are joined by `target.spm`.

## Quality

sacreBLEU and chrF of the int8 model with beam 4. The news sentences are NTREX lines 1,498-1,997,
by number of English words.

{quality}

Invented names, made of words that are in no training text or list, in 200 sentences of patterns
not in training (`training/copy_test.py`), that come out letter by letter:

{copies}
{shared}
## Training

Names and numbers that both sides share were swapped for others and for invented ones in 60 % of
their occurrences; 15 % of the sentences come from 91 written templates; 30 % of the examples are
two to four sentences in a row. The piece vectors start from a factorised table of word links
(eflomal, both directions agreeing), and one attention head is guided by them at first.

## What it is bad at

- News sentences: from about 15 words on the meaning is often wrong, parts are left out or
  repeated.
- Words outside everyday language: left in English, cut up or replaced by others. Idioms, long
  noun groups, verb order in German clauses.
- Gender and form of address (du, Sie, tú, usted) are guesses.
- Names whose letters are rare, and several long names in one sentence; names that are ordinary
  words.
"""

_ENCODER = """# {name}

A very small multilingual encoder (English, German, Spanish) for word alignment by cosine
similarity. It is made for tests, examples and first steps without a network.

XLM-R architecture without pooler, {layers} layers of width {width}, {steps:,} steps on 2 CPU cores
that had other work too.
Take the states of layer {layer} (the last). Words are cut into pieces one by one
(`is_split_into_words=True`).

## Training

The states of linked words are pulled together (two-way softmax over cosine similarity, as in
AWESOME-align). Links come from the statistical aligner eflomal on the training pairs, both
directions agreeing. Half of the linked identical capitalised words were swapped for other names.

## Quality

Alignment error rate on the {pairs} hand-aligned English-German pairs of the SimAlign sample, which
is too few for more than a rough idea: inter {aer_inter}, itermax {aer_itermax}.
{shared}
## What it is bad at

- Function words, and words that occur several times in long sentences.
- Other languages; text unlike the training text.
- `inter` gave better spans than `itermax` in informal checks: added links are often wrong.
"""


def main() -> None:
    """Write README.md into both model folders."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    _write(TRANSLATION, _TRANSLATION, _translation(results["translation"]))
    _write(ENCODER, _ENCODER, results["encoder"] | _config(ENCODER))


def _write(name: str, text: str, values: dict[str, Any]) -> None:
    folder = MODELS / name
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    card = text.format(**(manifest | values), shared=_SHARED)
    (folder / "README.md").write_text(card, encoding="utf-8")


def _config(name: str) -> dict[str, Any]:
    config = json.loads((MODELS / name / "config.json").read_text(encoding="utf-8"))
    return {"layers": config["num_hidden_layers"], "width": config["hidden_size"]}


def _translation(results: dict[str, Any]) -> dict[str, Any]:
    rows = ["| test | sentences | German BLEU / chrF | Spanish BLEU / chrF |", "|---|--:|--:|--:|"]
    german, spanish = results["de"], results["es"]
    tests = [
        ("Tatoeba dev", german["tatoeba_dev"], spanish["tatoeba_dev"]),
        ("news, all", german["ntrex_held_out"], spanish["ntrex_held_out"]),
    ]
    for bucket, scores in german["ntrex_by_words"].items():
        tests.append((f"news, {bucket} words", scores, spanish["ntrex_by_words"][bucket]))
    for test, one, two in tests:
        scores = " | ".join(f"{s['bleu']} / {s['chrf']}" for s in (one, two))
        rows.append(f"| {test} | {one['sentences']} | {scores} |")
    copies = [
        f"- {_NAMES[language]}: {found['copied_exactly']} % of {found['names']} names; "
        f"all names of the sentence right in {found['sentences_with_all']} % of the sentences."
        for language, found in ((lang, results[lang]["copied_names"]) for lang in _NAMES)
    ]
    return {"quality": "\n".join(rows), "copies": "\n".join(copies)}


if __name__ == "__main__":
    main()
