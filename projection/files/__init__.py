"""The JSON-lines files of pairs and predictions."""
