"""Make both models and measure them: `python -m training`."""

from training import cards, encoder, evaluate, translation


def main() -> None:
    """Translation first: the encoder uses its word pieces."""
    translation.train(translation.MINUTES)
    encoder.train(encoder.MINUTES)
    evaluate.main()
    cards.main()


if __name__ == "__main__":
    main()
