"""The site: pages, open data, the build, the MkDocs plugin."""
