"""Publishing an edition: one pure `Issue`, and a module for each form in which it goes out."""
