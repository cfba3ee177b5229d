"""From labelled records to shards of projected translations. Knows nothing of orchestration.

A row goes through the rooms in this order: ``recipe`` states the build; ``readers`` and ``text``
make examples with segments; ``planning`` gives every segment its place; ``translation``,
``aligner`` and ``labellers`` hold the models that ``stages`` runs; ``methods`` projects;
``quality`` checks; and ``stages`` writes the shard. ``run`` drives the stages and finishes the
corpus; ``verify`` and ``export`` read it. ``corpus``, ``models`` and ``storage`` are the base of
all the others; ``marker_tuning`` is not on this path. To use it, call ``build``, ``work`` or
``translate_texts``.
"""
