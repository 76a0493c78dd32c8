"""The report of an assessment: its figures for an audience, the document that says them, and the files it is written to."""
