"""Tables: Arrow, Parquet and folders of ``datasets``, and values separated by tabs or commas."""
