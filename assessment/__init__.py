"""What an administration does: answers, scores, report."""
