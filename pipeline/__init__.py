"""From labelled records to shards of projected translations. Knows nothing of orchestration.

A row walks through the rooms in this order: ``recipe`` says what to build; ``readers`` and ``text``
make examples with segments; ``planning`` gives every segment its place; ``translation``,
``aligner`` and ``labellers`` hold the models that ``stages`` runs; ``methods`` projects;
``quality`` checks; and ``stages`` writes the shard. ``run`` drives the stages and finishes;
``verify`` and ``export`` look at the result. ``corpus``, ``models`` and ``storage`` are the ground
that all stand on; ``marker_tuning`` is a side room. The doors are ``build``, ``work`` and
``translate_texts``.
"""
