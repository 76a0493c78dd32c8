"""The rules of the house, checked and mended."""
