"""Prefect flows over ``plan``, ``run_part``, ``run_shard`` and ``finish``.

Prefect schedules, retries and shows; what is done already is known from the markers beside the
files alone, so a run in a flow and a run by ``crosslabel build`` continue each other.
"""
