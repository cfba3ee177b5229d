"""What an input consists of: files, folders, splits, and data sets of the hub."""
