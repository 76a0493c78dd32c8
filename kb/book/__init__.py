"""The compilation of practices as a book."""
