"""What everything rests on: files, refusals, words, strict readers."""
