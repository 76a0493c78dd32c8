"""From an edition to practice records."""
