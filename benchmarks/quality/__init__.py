"""Quality checks: the good and the broken translations that they reject."""
