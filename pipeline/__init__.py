"""From labelled records to shards of projected translations. Knows nothing of orchestration."""
