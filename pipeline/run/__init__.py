"""One run of a build: its order of work, its folder, its GPUs, its account, its end."""
