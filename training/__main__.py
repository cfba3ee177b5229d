"""Make the models and measure them: `python -m training`."""

import argparse
import shutil
from pathlib import Path

from training import (
    cards,
    encoder,
    evaluate,
    evaluate_markers,
    labeller,
    labeller_card,
    markers,
    translation,
)
from training.device import Machine, machine_options
from training.evaluate_labeller import measure_labeller
from training.paths import CHECKPOINTS, MODELS, TRANSLATION


def main() -> None:
    """Train one after the other, each going on from its checkpoint, tune, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=translation.SIZES, default="small")
    machine_options(parser)
    given = parser.parse_args()
    machine = Machine(given.device, given.threads)
    translation.train(translation.MINUTES, translation.SIZES[given.size], machine)
    before = Path(shutil.copytree(MODELS / TRANSLATION, CHECKPOINTS / "before", dirs_exist_ok=True))
    markers.tune(markers.MINUTES, machine)
    markers.publish_preview()
    encoder.train(encoder.MINUTES, machine)
    folder = labeller.train(labeller.MINUTES, labeller.SEED, machine)
    evaluate.main()
    evaluate_markers.write(before)
    cards.main()
    measure_labeller(folder)
    labeller_card.main()


if __name__ == "__main__":
    main()
