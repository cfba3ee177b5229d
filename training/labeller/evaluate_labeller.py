"""Entity F1 of the labeller: `python -m training.labeller.evaluate_labeller`.

Scores are micro averages by seqeval over sentences that are in no training text.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import torch
from seqeval.metrics import classification_report
from transformers import AutoModelForTokenClassification, AutoTokenizer

from training.labeller.entity_data import HELD_OUT, LABELS, TAGS, Sentence, read_set
from training.paths import LABELLER, LABELLER_RESULTS, MODELS, data_folder

_BATCH = 64


def tests() -> dict[str, list[Sentence]]:
    """Return the test sets by name."""
    return {
        "uner-ewt.test": read_set("uner-ewt.test"),
        "wnut17.test": read_set("wnut17.test"),
        f"wikigold, last {HELD_OUT}": read_set("wikigold")[-HELD_OUT:],
        "europarl-ner, English": _english("europarl-ner.en-de"),
        "uner-pud, English": _english("uner-pud.en-de"),
    }


def _english(name: str) -> list[Sentence]:
    path = data_folder() / "projection" / f"{name}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        sides = [json.loads(line)["source"] for line in lines]
    return [
        Sentence(side["tokens"], [(s["start"], s["end"], s["label"]) for s in side["spans"]
                                  if s["label"] in LABELS])
        for side in sides
    ]


def measure_labeller(folder: Path) -> dict[str, Any]:
    """Measure, write and print F1 by test set, of all entities and of each label, in percent."""
    model = AutoModelForTokenClassification.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    results = {}
    for name, sentences in tests().items():
        gold = [[TAGS[tag] for tag in sentence.tags()] for sentence in sentences]
        guesses = predicted(model, tokenizer, [sentence.words for sentence in sentences])
        report = classification_report(gold, guesses, output_dict=True, zero_division=0)
        scores = {label: round(100 * float(report[label]["f1-score"]), 1) for label in LABELS}
        average = report["micro avg"]
        results[name] = {
            "sentences": len(sentences), "entities": int(average["support"]),
            "precision": round(100 * float(average["precision"]), 1),
            "recall": round(100 * float(average["recall"]), 1),
            "f1": round(100 * float(average["f1-score"]), 1), **scores,
        }  # fmt: skip
        print(name, json.dumps(results[name]), flush=True)
    text = json.dumps(results, indent=2) + "\n"
    LABELLER_RESULTS.write_text(text, encoding="utf-8")
    return results


def predicted(model: Any, tokenizer: Any, texts: list[list[str]]) -> list[list[str]]:
    """Return the tags of the words of each text; words beyond the model's length are outside."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    tags = [["O"] * len(words) for words in texts]
    for at in range(0, len(order), _BATCH):
        rows = order[at : at + _BATCH]
        batch = tokenizer([texts[n] for n in rows], is_split_into_words=True, truncation=True,
                          padding=True, return_tensors="pt")
        with torch.inference_mode():
            best = model(**batch).logits.argmax(-1).tolist()
        for place, number in enumerate(rows):
            for piece, word in reversed(list(enumerate(batch.word_ids(place)))):
                if word is not None:
                    tags[number][word] = TAGS[best[place][piece]]
    return tags


if __name__ == "__main__":
    measure_labeller(MODELS / LABELLER)
