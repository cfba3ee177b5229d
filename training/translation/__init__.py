"""The shipped translation model."""
