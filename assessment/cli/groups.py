"""Commands of an assessment and its plan: `arusha assess …` and `arusha plan …`."""

from kb.cli.lazy import LazyGroup


def _places(**names: str) -> dict[str, str]:
    """Where the commands named stand, by the module of each; Python’s own words have a line below there."""
    named = [(module, name) for module, some in names.items() for name in some.split()]
    other = {"return": "return_", "import": "import_", "list": "list_"}
    return {name: f"assessment.cli.{module}:{other.get(name, name.replace('-', '_'))}" for module, name in named}


assess = LazyGroup(
    "assess",
    help="Run a self-assessment: make a file, answer, agree, score, report.",
    places=_places(
        agreeing="agree approve close reopen return spread status submit",
        answering="answer answers collect",
        cards="card pool",
        comparing="compare",
        evidence="evidence",
        exchanging="export import lock unlock",
        joining="join",
        memory="history seal verify",
        opening="new own upgrade",
        people="people",
        reporting="report",
        risks="risks",
        scoring="score",
    ),
)
plan = LazyGroup(
    "plan",
    help="The action plan: draft, follow up, report. FILE is an assessment, or a plan made with “arusha plan new”.",
    places=_places(
        plan="add check edit effect from-gap from-risk list new overdue priorities progress show",
        plan_files="article burnup export import timeline tracker",
    ),
)
