"""The press: what documents are made of."""
