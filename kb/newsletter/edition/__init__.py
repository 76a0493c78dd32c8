"""An edition printed: web, PDF, Word, EPUB, e-mail."""
