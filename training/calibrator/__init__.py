"""The weights of the method ``cascade``."""
