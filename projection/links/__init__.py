"""Word links from every source: encoders, statistics, files, other packages."""
