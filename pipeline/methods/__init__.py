"""Methods of projection by name: sources of links and of targets, and the models they ask."""
