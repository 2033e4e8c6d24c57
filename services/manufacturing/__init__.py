"""Files that workshops cut and print."""
