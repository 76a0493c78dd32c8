"""One reader for each format; all of them make a `kb.newsletter.blocks.Document`."""
