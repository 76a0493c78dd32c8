"""What readers and editors do: content, practices, search, pages."""
