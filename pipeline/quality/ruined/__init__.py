"""The check for ruined translations: signals, thresholds, and the judgement on a segment."""
