"""Measure the shipped models and write `benchmarks/results/models.json`."""

import json

from training.encoder.evaluate_alignment import measure_alignment
from training.paths import RESULTS
from training.translation.evaluate_translation import measure_translation


def main() -> None:
    """Measure the translation model and the encoder, then write and print the results."""
    results = {"translation": measure_translation(), "encoder": measure_alignment()}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=2) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
