"""What the check for ruined translations knows: piece pairs of training text, and thresholds."""
