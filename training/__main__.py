"""Make both models and measure them: `python -m training`."""

import argparse

from training import cards, encoder, evaluate, translation
from training.device import Machine, machine_options


def main() -> None:
    """Train one after the other, each going on from its checkpoint, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=translation.SIZES, default="small")
    machine_options(parser)
    given = parser.parse_args()
    machine = Machine(given.device, given.threads)
    translation.train(translation.MINUTES, translation.SIZES[given.size], machine)
    encoder.train(encoder.MINUTES, machine)
    evaluate.main()
    cards.main()


if __name__ == "__main__":
    main()
