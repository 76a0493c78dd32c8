"""Commands of the knowledge base, its site and the newsletter; `groups` says where each stands."""
