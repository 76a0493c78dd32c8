"""The account of an import: where each word of each source went."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.base.interface import Phrases
from kb.newsletter.intake.blocks import Dropped


@dataclass(frozen=True)
class Account:
    """Of one source: its words as found, those that line breaks had cut in two, those in each article, those dropped."""

    file: str
    original: str
    form: str
    digest: str
    found: int
    joined: int
    articles: tuple[tuple[str, int], ...]
    dropped: tuple[Dropped, ...]

    @property
    def placed(self) -> int:
        """How many words are in articles."""
        return sum(words for _, words in self.articles)

    @property
    def left_out(self) -> int:
        """How many words are in no article, each listed with its reason."""
        return sum(each.words for each in self.dropped)

    @property
    def unexplained(self) -> int:
        """How many words the account cannot place: 0, or the import has a fault that is told."""
        return self.found - self.joined - self.placed - self.left_out

    def as_json(self) -> dict[str, Any]:
        """The account as `import.json` holds it."""
        return {
            "file": self.file,
            "original": self.original,
            "format": self.form,
            "sha256": self.digest,
            "words": {
                "found": self.found,
                "joined": self.joined,
                "in_articles": self.placed,
                "dropped": self.left_out,
                "unexplained": self.unexplained,
            },
            "articles": [{"file": file, "words": words} for file, words in self.articles],
            "dropped": [
                {"reason": each.reason, "words": each.words, "place": each.place, "text": each.text}
                for each in self.dropped
            ],
        }


def why(reason: str, say: Phrases) -> str:
    """The reason for which words were dropped, in words."""
    return say(f"left_out.{reason.replace(' ', '_')}")


def reasons(accounts: Sequence[Account]) -> dict[str, int]:
    """How many words were dropped for each reason, most first."""
    counts: dict[str, int] = {}
    for account in accounts:
        for each in account.dropped:
            counts[each.reason] = counts.get(each.reason, 0) + each.words
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
