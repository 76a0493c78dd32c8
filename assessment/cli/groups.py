"""Commands of an assessment and its plan: `arusha assess …` and `arusha plan …`."""

from kb.cli.lazy import LazyGroup

_MODULES = {
    "agreeing": ("agree", "approve", "close", "reopen", "spread", "status", "submit"),
    "answering": ("answer", "collect"),
    "cards": ("card", "pool"),
    "comparing": ("compare",),
    "evidence": ("evidence",),
    "exchanging": ("export", "lock", "unlock"),
    "joining": ("join",),
    "memory": ("history", "seal", "verify"),
    "opening": ("new", "own", "upgrade"),
    "people": ("people",),
    "results": ("report", "score"),
    "risks": ("risks",),
}
assess = LazyGroup(
    "assess",
    help="Run a self-assessment: make a file, answer, agree, score, report.",
    places={
        "import": "assessment.cli.exchanging:import_",
        "return": "assessment.cli.agreeing:return_",
        **{name: f"assessment.cli.{module}:{name}" for module, names in _MODULES.items() for name in names},
    },
)
plan = LazyGroup(
    "plan",
    help="The action plan: draft, follow up, report. FILE is an assessment, or a plan made with “arusha plan new”.",
    places={
        "from-gap": "assessment.cli.plan:from_gap",
        "from-risk": "assessment.cli.plan:from_risk",
        "import": "assessment.cli.plan_files:import_",
        "list": "assessment.cli.plan:list_",
        **{
            name: f"assessment.cli.plan:{name}"
            for name in ("add", "check", "edit", "effect", "new", "overdue", "priorities", "progress", "show")
        },
        **{
            name: f"assessment.cli.plan_files:{name}" for name in ("article", "burnup", "export", "timeline", "tracker")
        },
    },
)
