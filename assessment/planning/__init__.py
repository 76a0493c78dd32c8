"""What is made of the action plan: drafts from gaps and risks, files out and in, pictures, the public page, articles."""
