"""Commands of the knowledge base, its site and the newsletter: `arusha kb …`, `arusha site …`, `arusha edition …`."""

from kb.cli.lazy import LazyGroup

kb = LazyGroup(
    "kb",
    help="Search and check the knowledge base of good practices.",
    places={
        "check": "kb.cli.library:check",
        "compile": "kb.cli.book:compile_",
        "new": "kb.cli.library:new",
        "search": "kb.cli.library:search",
    },
)
site = LazyGroup(
    "site",
    help="Build the site of good practices.",
    places={name: f"kb.cli.site:{name}" for name in ("build", "pages", "serve")},
)
edition = LazyGroup(
    "edition",
    help="Make an edition of the newsletter from Members' documents.",
    places={
        "import": "kb.cli.edition:import_",
        **{name: f"kb.cli.edition:{name}" for name in ("build", "check", "review", "rules")},
        **{
            name: f"kb.cli.desk:{name}"
            for name in ("call", "comment", "comments", "missing", "plan", "state", "translated")
        },
        **{
            name: f"kb.cli.harvest:{name}" for name in ("earlier", "harvest", "reminders", "series", "skeleton", "tags")
        },
    },
)
