"""The compilation: a book of good practices by key factor, made from the knowledge base in every form."""
