"""Measure the shipped translation model and write `benchmarks/results/models.json`."""

import json

from training.paths import RESULTS
from training.translation.evaluate_translation import measure_translation


def main() -> None:
    """Measure the translation model, then write and print the results."""
    results = {"translation": measure_translation()}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=2) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
