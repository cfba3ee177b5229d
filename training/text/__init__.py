"""Text to train on: sentence pairs, names, templates, word links."""
