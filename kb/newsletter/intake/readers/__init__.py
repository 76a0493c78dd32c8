"""One reader for each format; all of them make a `kb.newsletter.intake.blocks.Document`."""
