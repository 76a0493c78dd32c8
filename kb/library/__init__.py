"""What the content is: the Declaration, Members, practices, editions, questionnaires."""
