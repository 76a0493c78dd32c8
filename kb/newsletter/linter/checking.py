"""The house linter: run the rules over an edition, leave out what is switched off with a reason, sort what remains."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby

from kb.base.interface import Phrases
from kb.library.members import Members
from kb.newsletter.folder import MARK, EditionFolder
from kb.newsletter.linter.rule import EditionText, Severity, Violation
from kb.newsletter.linter.rules import RULES

SWITCHES = ("switch-idle", "switch-unknown")  # about the switches themselves, so not to be switched off
ALL = (*RULES, *SWITCHES)


@dataclass(frozen=True)
class Finding:
    """One thing to mend: which rule, how much it matters, the word it is about, where, what is wrong and what mends it."""

    rule: str
    severity: Severity
    term: str
    file: str
    line: int
    message: str
    fix: str

    def as_json(self) -> dict[str, str | int]:
        """The finding as the JSON output has it."""
        return {**asdict(self), "severity": str(self.severity)}


def severity_of(rule: str) -> Severity:
    """How much the findings of a rule matter."""
    return RULES[rule].severity if rule in RULES else Severity.WARNING


def check(folder: EditionFolder, members: Members, say: Phrases, as_of: date) -> tuple[Finding, ...]:
    """All findings in an edition, in the language of *say*, by the edition's order of files, then line and rule."""
    edition = EditionText(folder, members, as_of)
    found, idle = set[Finding](), Counter(range(len(folder.head.off)))
    for each in RULES.values():
        for hit in each.look(edition):
            switches = [
                at
                for at, switch in enumerate(folder.head.off)
                if switch.rule == each.id and switch.file in (None, hit.file, hit.file.removesuffix(".md"))
            ]
            if not switches:
                found.add(_finding(each.id, hit, say))
            for at in switches:
                idle.pop(at, None)
    found |= {_finding(name, hit, say) for name, hit in _switches(edition, idle)}
    order = {file: at for at, file in enumerate((MARK, *(article.file for article in folder.articles)))}
    return tuple(
        sorted(
            found, key=lambda each: (order.get(each.file, len(order)), each.line, each.rule, each.term, each.message)
        )
    )


def must_be_mended(findings: Iterable[Finding]) -> bool:
    """Whether there is an error or a warning among them."""
    return any(finding.severity != Severity.NOTE for finding in findings)


def described(say: Phrases) -> list[dict[str, str]]:
    """Every rule with its id, its severity and what it asks, in one line."""
    return [{"rule": name, "severity": str(severity_of(name)), "asks": say(f"check.{name}.rule")} for name in ALL]


def report(findings: Iterable[Finding], say: Phrases, articles: int) -> str:
    """Findings as a person reads them: by file, each with its line, rule and remedy; at the end how many there are."""
    found = list(findings)
    if not found:
        return say("check.none", n=articles, rules=len(ALL))
    parts = []
    for file, group in groupby(found, key=lambda finding: finding.file):
        parts.append(file)
        for one in group:
            severity = say(f"check.severity.{one.severity}")
            parts.append(
                "  " + say("check.finding", line=one.line, severity=severity, rule=one.rule, message=one.message)
            )
            parts.append(f"    → {one.fix}")
        parts.append("")
    n = Counter(finding.severity for finding in found)
    errors, warnings = (say.count(f"check.{each}s", n[each]) for each in (Severity.ERROR, Severity.WARNING))
    return "\n".join(
        (*parts, say("check.count", errors=errors, warnings=warnings, notes=say.count("check.notes", n[Severity.NOTE])))
    )


def _switches(edition: EditionText, idle: Counter[int]) -> Iterator[tuple[str, Violation]]:
    for at in idle:
        switch = edition.folder.head.off[at]
        name = "switch-idle" if switch.rule in RULES else "switch-unknown"
        place = f"{switch.rule} ({switch.file})" if switch.file else switch.rule
        yield name, Violation(MARK, edition.line_of("off", at), switch.rule, {"switch": place})


def _finding(name: str, hit: Violation, say: Phrases) -> Finding:
    values = {"term": hit.term, **hit.values}
    message, remedy = say(f"check.{name}.message", **values), say(f"check.{name}.fix", **values)
    return Finding(name, severity_of(name), hit.term, hit.file, hit.line, message, remedy)
