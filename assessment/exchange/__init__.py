"""What goes out and comes in: JSON, cards, joined and locked copies."""
