"""Models that label texts: any transformers checkpoint for tokens, whole texts or answers."""
