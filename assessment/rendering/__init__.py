"""A report laid out: one module for each kind of file, all of the same `Report`."""
