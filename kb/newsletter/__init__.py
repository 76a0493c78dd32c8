"""The newsletter: from Members' documents to an edition folder, and on from there."""
