"""The editors' desk: what came, what is due, who was asked."""
