"""Quality checks: good and broken translations that they reject."""
