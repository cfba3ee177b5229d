"""Uses of trained models: soft labels, predictions."""
