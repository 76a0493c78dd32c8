"""Documents laid out: the blocks that they are made of, and one module for each form."""
