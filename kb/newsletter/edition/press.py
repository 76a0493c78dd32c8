"""All forms of an edition made and written, whole or not at all; refused while the checks find errors."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from kb.base.files import clear, replace_folder
from kb.base.interface import Phrases, Refusal
from kb.base.vocabulary import NOT_STATED
from kb.newsletter.edition import mail, pages, pdf, web
from kb.newsletter.edition.issue import Issue
from kb.newsletter.linter.checking import Finding
from kb.newsletter.linter.rule import Severity
from kb.press import epub, word
from kb.press.template import fill
from kb.press.typst import Paper, band

MARK = "published.json"
_HERE = files("kb.newsletter.edition")


@dataclass(frozen=True)
class Published:
    """What a build wrote."""

    preview: Path
    files: int
    size: int


def errors(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that stand against publishing."""
    return tuple(finding for finding in findings if finding.severity == Severity.ERROR)


def make(
    issue: Issue, say: Phrases, paper: Paper = "a4", overridden: Sequence[Finding] = (), reason: str = ""
) -> dict[str, bytes]:
    """Every file of the edition by its path. Raises ArushaError for an image or a letter that cannot be set."""
    name = issue.name
    forms: dict[str, tuple[str, bytes]] = {
        "pdf": (f"{name}.pdf", pdf.render(issue, say, paper)),
        "docx": (f"{name}.docx", word.render(issue, say, band(), paper)),
        "epub": (f"{name}.epub", epub.render(issue, say, pdf.cover(issue, say))),
        "mail": ("mail/mail.html", mail.html(issue, say).encode()),
        "text": ("mail/mail.txt", mail.text(issue, say).encode()),
        "eml": (f"mail/{name}.eml", mail.message(issue, say)),
        "atom": ("atom.xml", fill(_HERE / "atom.xml.j2", issue=issue, say=say).encode()),
    }
    made = dict(forms.values())
    site = {f"web/{path}": data for path, data in web.render(issue, say).items()}
    markdown = {f"markdown/{path}": data for path, data in pages.render(issue, say).items()}
    made |= site | markdown
    shown = {
        "web": ("web/index.html", _size(site)),
        **{form: (file, len(data)) for form, (file, data) in forms.items()},
    }
    shown["markdown"] = ("markdown/index.md", _size(markdown))
    preview = fill(_HERE / "preview.html.j2", issue=issue, say=say, forms=shown, reason=reason)
    made["preview.html"] = preview.encode()
    made[MARK] = _account(issue, overridden, reason).encode()
    return made


def expect_free(target: Path) -> None:
    """Raises ArushaError if *target* is neither a new or empty folder nor an earlier build."""
    clear(target.parent)
    if target.exists() and not target.is_dir():
        raise Refusal("publishing.is_file", path=target)
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        raise Refusal("publishing.other_things", path=target)


def write(made: dict[str, bytes], target: Path) -> Published:
    """Write all files into *target* in place of an earlier build, or none. Raises ArushaError if it holds something else."""
    expect_free(target)
    with replace_folder(target) as new:
        for path, data in made.items():
            place = new / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    return Published(target / "preview.html", len(made), _size(made))


def _size(files: dict[str, bytes]) -> int:
    return sum(map(len, files.values()))


def _account(issue: Issue, overridden: Sequence[Finding], reason: str) -> str:
    """What was published, and which rules were overridden for what reason."""
    account = {
        "edition": issue.number,
        "title": issue.title,
        "language": issue.language,
        "date": issue.day if issue.published else NOT_STATED,
        "draft": issue.draft,
        "reason": reason or None,
        "overridden": sorted({finding.rule for finding in overridden}),
        "findings": [finding.as_json() for finding in overridden],
    }
    return json.dumps(account, ensure_ascii=False, indent=2) + "\n"
