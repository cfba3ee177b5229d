"""The documentation: pages for each subject, and two pages that are generated from the code."""
