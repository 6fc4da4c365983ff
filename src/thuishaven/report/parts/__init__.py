"""The parts of a report, in the order in which they are read; each gives its blocks."""
