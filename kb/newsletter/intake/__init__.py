"""From what Members send to an article: one reader a format."""
