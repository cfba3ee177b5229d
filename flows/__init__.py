"""Prefect flows that build a corpus, on one machine or several, or fine-tune a student.

The flows call ``plan``, ``run_unit`` and ``finish``, or ``work``, or the steps of a fine-tuning
run. Prefect schedules, retries and shows the work. Only the markers beside the files record which
work is done, so a flow and the command for the same work continue each other.
"""
