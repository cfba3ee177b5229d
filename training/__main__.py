"""Make the models and measure them: `python -m training`."""

import argparse
import shutil
from pathlib import Path

from training import cards, evaluate
from training.device import Machine, machine_options
from training.labeller import labeller, labeller_card
from training.labeller.evaluate_labeller import measure_labeller
from training.markers import evaluate_markers, markers
from training.paths import CHECKPOINTS, MODELS, TRANSLATION
from training.translation import translation


def main() -> None:
    """Train, tune and measure the models one after another, each from its checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=translation.SIZES, default="small")
    machine_options(parser)
    given = parser.parse_args()
    machine = Machine(given.device, given.threads)
    translation.train(translation.MINUTES, translation.SIZES[given.size], machine)
    before = Path(shutil.copytree(MODELS / TRANSLATION, CHECKPOINTS / "before", dirs_exist_ok=True))
    markers.tune(markers.MINUTES, machine)
    markers.publish_preview()
    folder = labeller.train(labeller.MINUTES, labeller.SEED, machine)
    evaluate.main()
    evaluate_markers.write(before)
    cards.main()
    measure_labeller(folder)
    labeller_card.main()


if __name__ == "__main__":
    main()
