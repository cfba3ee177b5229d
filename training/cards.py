"""Write the translation model's card from `model.json` and results: `python -m training.cards`."""

import json
from typing import Any

from training.paths import MARKER_RESULTS, MODELS, RESULTS, TRANSLATION

_DIRECTIONS = ("en-de", "de-en", "en-es", "es-en")

_LICENCES = """
| text | licence |
|---|---|
| Tatoeba (tatoeba.org, manythings.org/anki) | CC BY 2.0 FR |
| Europarl v7, samples of 20,000 pairs | no known copyright restrictions |
| NTREX-128 (Federmann, Kocmi, Xin 2022), lines 1-1,497 | CC BY-SA 4.0 |
| names from WikiGold, Broad Twitter Corpus, WNUT-17 | CC BY 4.0 |
| names from Universal NER EWT | CC BY-SA 4.0 |

The model is published under CC BY-SA 4.0.
"""

_TRANSLATION = """# {name}

A very small translation model between English and German or Spanish, all four directions in one.
It is made for tests, examples and first steps without a network: short everyday sentences and
short sentences about people, places, organisations and dates. **For real corpora use a bigger
model.**

Marian architecture, {parameters:.1f} million parameters, one vocabulary. `model.bin` is the
CTranslate2 int8 form, `torch/` the same weights for transformers, stored in
float16 and opened in float32.

Source tokens: `>>de<<`, `>>es<<` or `>>en<<`, the pieces of the sentence (`source.spm`), `</s>`.
The pieces of the translation are joined by `target.spm`. German to Spanish and back were not
trained.

## Quality

BLEU / chrF (sacreBLEU) of the int8 model with beam 4. The news sentences are NTREX lines
1,498-1,997, which are not in the training text, by number of English words.

{quality}

Names copied: invented names, made of words that are in no training text or list, in 200 sentences
per direction of patterns not in training (`training/translation/copy_test.py`), \
that come out letter by
letter.

## Markers

The model keeps letter tags around spans, as words of their own:
`<a> Anna Keller </a> lives in <b> Hamburg </b> .` becomes
`<a> Anna Keller </a> lebt in <b> Hamburg </b> .` Spans are numbered by their place in the source.
Tags are ordinary text to the vocabulary, four or five pieces each.

Survived: share of the texts with so many tags whose translation has every tag exactly once and in
order, and no other. Exact: share of the spans whose translation is the reference's.

{survival}

BLEU / chrF of plain text before it was tuned to do this, and after:

{before_after}

## Training

{steps:,} steps of about 2,000 pieces, on 2 CPU cores shared with the encoder's training and other
work. It began from an earlier model of the same size that had 5,622 steps from English into German
and Spanish alone, and was stopped and continued once. In the last {marker_steps:,} of the steps
half of the examples had one to four spans marked on both sides \
(`training/markers/markers.py`): swapped
names, slots of templates, and phrases whose word links are consistent (Koehn, Och and Marcu 2003,
§3). After 2,287 of them and at the end the weights were moved a quarter of the way back to those
before (`training/translation/blend.py`), which won back plain quality; \
the steps between had lower rates. How
far was chosen by the plain quality above.

Data: {trained_on}. Half of the examples go into English. Names and numbers that both sides share
were swapped for others and for invented ones in 60 % of their occurrences; 15 % of the sentences
come from 91 written templates; 35 % of the examples are two to six sentences in a row. The piece
vectors start from a factorised table of word links (eflomal, both directions agreeing), and one
attention head is guided by them at first.
{licences}
## What it is bad at

- News sentences: from about 15 words on the meaning is often wrong, parts are left out or
  repeated. German is worse than Spanish.
- Words outside everyday language: left in the source language, cut up or replaced by others.
  Idioms, long noun groups, verb order in German clauses.
- Gender and form of address (du, Sie, tú, usted) are guesses.
- Names whose letters are rare, and several long names in one sentence; names that are ordinary
  words.
"""

def main() -> None:
    """Write README.md into the model's folder."""
    translation = json.loads(RESULTS.read_text(encoding="utf-8"))["translation"]
    markers = json.loads(MARKER_RESULTS.read_text(encoding="utf-8"))
    folder = MODELS / TRANSLATION
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    values = manifest | {
        "licences": _LICENCES,
        "trained_on": "; ".join(manifest["trained_on"]),
        "parameters": (folder / "torch" / "model.safetensors").stat().st_size / 2e6,
        "quality": _translation_table(translation),
        "survival": _survival_table(markers["after"]),
        "before_after": _before_after_table(markers),
    }
    (folder / "README.md").write_text(_TRANSLATION.format(**values), encoding="utf-8")


def _translation_table(results: dict[str, Any]) -> str:
    directions = [results[direction] for direction in _DIRECTIONS]
    rows = [f"| test | sentences | {' | '.join(_DIRECTIONS)} |", "|---|--:|--:|--:|--:|--:|"]
    tests = [
        ("Tatoeba dev", [entry["tatoeba_dev"] for entry in directions]),
        ("news, all", [entry["ntrex_held_out"] for entry in directions]),
    ]
    tests += [
        (f"news, {bucket} words", [entry["ntrex_by_words"][bucket] for entry in directions])
        for bucket in directions[0]["ntrex_by_words"]
    ]
    for test, scores in tests:
        cells = " | ".join(f"{score['bleu']} / {score['chrf']}" for score in scores)
        rows.append(f"| {test} | {scores[0]['sentences']} | {cells} |")
    copied = [entry["copied_names"] for entry in directions]
    names = " | ".join(f"{entry['copied_exactly']} % of {entry['names']}" for entry in copied)
    rows.append(f"| names copied | {copied[0]['sentences']} | {names} |")
    return "\n".join(rows)


_TESTS = {"tatoeba_dev": "Tatoeba dev", "ntrex_held_out": "news"}


def _survival_table(results: dict[str, Any]) -> str:
    heads = " | ".join(f"{direction} survived / exact" for direction in _DIRECTIONS)
    rows = [f"| test | tags | {heads} |", "|---|--:|--:|--:|--:|--:|"]
    for test, title in _TESTS.items():
        for count in results[_DIRECTIONS[0]][test]["tags"]:
            entries = [results[direction][test]["tags"][count] for direction in _DIRECTIONS]
            cells = " | ".join(f"{entry['survived']} / {entry['exact']} %" for entry in entries)
            rows.append(f"| {title} | {count} | {cells} |")
    return "\n".join(rows)


def _before_after_table(results: dict[str, Any]) -> str:
    rows = [f"| test | | {' | '.join(_DIRECTIONS)} |", "|---|---|--:|--:|--:|--:|"]
    for test, title in _TESTS.items():
        for when in ("before", "after"):
            entries = [results[when][direction][test] for direction in _DIRECTIONS]
            cells = " | ".join(f"{entry['bleu']} / {entry['chrf']}" for entry in entries)
            rows.append(f"| {title} | {when} | {cells} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
