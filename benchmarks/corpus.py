"""Practices in any number to measure with: the shipped ones' sentences recombined, with words of a made-up vocabulary in them.

The same number always gives the same practices, and the first thousand of ten thousand are the thousand. Words grow as in natural
text: about 5,000 different ones in 100 practices, 16,000 in 1,000 and 40,000 in 10,000, with 500 words to a practice.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from kb.base.folding import words
from kb.base.vocabulary import NOT_STATED, EvidenceStrength, PracticeType, Status, Text
from kb.library.editions import Edition
from kb.library.knowledge import Knowledge, load
from kb.library.practices import HEADINGS, Practice

SEED = "arusha"
TOLD = 350  # words of the main telling; with title, summary, problem, result and lessons about 500
FORMS, FLATTENED, STEEPNESS = (
    48_000,
    30,
    1.3,
)  # Zipf-Mandelbrot: the n-th word's share falls as 1 / (n + flattened) ** steepness
REPLACED = 0.42  # of the longer words of a sentence
QUERIES, RAREST, COMMONEST = (
    30,
    0.0005,
    0.4,
)  # queries of each length; shares of the practices that hold a word of a query
_NAMED = re.compile(r"^ +practices: \[.*\]\n", re.M)
_LONG_WORD = re.compile(r"\b[A-Za-z]{5,}\b")


@cache
def knowledge(n: int) -> Knowledge:
    """The shipped knowledge with *n* made-up practices in place of its own, in English."""
    shipped = load()
    practices = tuple(_practice(number, shipped) for number in range(n))
    return replace(
        shipped,
        practices=tuple(sorted(practices, key=lambda practice: practice.id)),
        editions=tuple(_edition(edition, practices) for edition in shipped.editions),
    )


def write(n: int, folder: Path) -> Path:
    """Write the same knowledge as a content folder, which must not exist yet."""
    made = knowledge(n)
    shutil.copytree(made.root, folder, ignore=lambda path, names: names if Path(path).name == "practices" else [])
    for path in (folder / "questionnaires").rglob("*.yml"):  # they name shipped practices, which are not here
        path.write_text(_NAMED.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    for practice in made.practices:
        fields = practice.model_dump(mode="json", exclude={"done"}, exclude_none=True)
        told = f"{HEADINGS['en']}\n\n{practice.done.en}\n"
        (folder / "practices" / f"{practice.id}.md").write_text(f"---\n{_yaml(fields)}---\n\n{told}", encoding="utf-8")
    for edition in made.editions:
        text = _yaml(edition.model_dump(mode="json", exclude_none=True))
        (folder / "editions" / str(edition.number) / "edition.yml").write_text(text, encoding="utf-8")
    return folder


def queries(n: int) -> list[str]:
    """Ninety queries, thirty each of one, two and three words; at least one of the *n* practices holds all of a query's words."""
    tellings = [_told(practice) for practice in knowledge(n).practices]
    many = Counter(word for told in tellings for word in told)
    random = Random(f"{SEED} queries")
    found: list[str] = []
    while len(found) < 3 * QUERIES:
        wanted = len(found) // QUERIES + 1
        good = [
            word
            for word in random.choice(tellings)
            if len(word) > 3 and word.isalpha() and max(2, RAREST * n) <= many[word] <= COMMONEST * n
        ]
        query = " ".join(random.sample(good, min(wanted, len(good))))
        if query.count(" ") == wanted - 1 and query not in found:
            found.append(query)
    return found


def _told(practice: Practice) -> list[str]:
    """The different words of a practice in the order of their first use."""
    texts = [practice.title, practice.summary, practice.problem, practice.lessons, practice.done]
    return list(dict.fromkeys(words("\n".join(text.en for text in texts if isinstance(text, Text)))))


def _yaml(fields: dict[str, Any]) -> str:
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())


@cache
def _id(number: int) -> str:
    random = Random(f"{SEED} id {number}")
    one, two = random.choices(_vocabulary(), k=2)
    code = random.choice(load().members.members).code
    return f"{code.lower()}-{one}-{two}-{number:05}"


def _practice(number: int, shipped: Knowledge) -> Practice:
    random = Random(f"{SEED} {number}")
    elements = tuple(dict.fromkeys(random.choices(list(shipped.declaration.elements), k=random.randint(1, 3))))
    return Practice.model_validate(
        {
            "id": _id(number),
            "title": {"en": _title(random)},
            "members": (_id(number)[:2].upper(),),
            "elements": elements,
            "type": random.choice(list(PracticeType)),
            "summary": {"en": _sentences(random, 22)},
            "problem": {"en": _sentences(random, 18)},
            "results": ({"text": {"en": _sentences(random, 18)}, "period": NOT_STATED},),
            "evidence": random.choice([one for one in EvidenceStrength if one != EvidenceStrength.FIGURES]),
            "lessons": {"en": _sentences(random, 18)},
            "start": str(random.randint(2005, 2019)),
            "end": NOT_STATED,
            "status": random.choice(list(Status)),
            "instruments": tuple(random.sample(sorted(shipped.instrument_by_id), random.randint(0, 1))),
            "keywords": {"en": tuple(random.choices(_vocabulary(), cum_weights=_cumulated(), k=6))},
            "related": tuple(_id(other) for other in (number - 1, number - 2) if other >= 0),
            "source": _source(random, shipped),
            "reported": "2019-12",
            "last_checked": "2026-11-23",
            "done": {"en": "\n\n".join(_sentences(random, TOLD // 5) for _ in range(5))},
        }
    )


def _source(random: Random, shipped: Knowledge) -> dict[str, Any]:
    edition = random.choice(shipped.editions)
    return {
        "edition": edition.number,
        "article": random.choice([article.id for article in edition.articles if article.member]),
    }


def _edition(edition: Edition, practices: tuple[Practice, ...]) -> Edition:
    """The edition with articles that name the practices which cite them."""
    cited: dict[str, list[str]] = {article.id: [] for article in edition.articles}
    for practice in practices:
        if practice.source.edition == edition.number:
            cited[practice.source.article or ""].append(practice.id)
    articles = tuple(
        article.model_copy(update={"practices": tuple(sorted(cited[article.id]))}) for article in edition.articles
    )
    return edition.model_copy(update={"articles": articles})


def _title(random: Random) -> str:
    told = random.choice([practice.title.en for practice in load().practices])
    return _reworded(told, random)


def _sentences(random: Random, least: int) -> str:
    """Whole sentences of *least* words or a few more."""
    found: list[str] = []
    many = 0
    while many < least:
        found.append(_reworded(random.choice(_shipped_sentences()), random))
        many += len(found[-1].split())
    return " ".join(found)


def _reworded(sentence: str, random: Random) -> str:
    def word(match: re.Match[str]) -> str:
        if random.random() > REPLACED:
            return match[0]
        [new] = random.choices(_vocabulary(), cum_weights=_cumulated(), k=1)
        return new.capitalize() if match[0][0].isupper() else new

    return _LONG_WORD.sub(word, sentence)


@cache
def _shipped_sentences() -> list[str]:
    def told() -> Iterator[str]:
        for practice in load().practices:
            yield practice.summary.en
            if practice.results != NOT_STATED:
                yield from (result.text.en for result in practice.results)
            yield re.sub(r"^\s*(?:[-*]|\d+\.)\s+|[*_`]", "", practice.done.en, flags=re.M)

    sentences = {
        sentence for text in told() for line in text.splitlines() for sentence in re.split(r"(?<=[.!?])\s+", line)
    }
    return sorted(sentence for sentence in sentences if 6 <= len(sentence.split()) <= 40 and sentence[-1] in ".!?")


@cache
def _vocabulary() -> list[str]:
    """Made-up words, most frequent first: pronounceable, some of them forms of one stem."""
    random = Random(f"{SEED} vocabulary")
    heads = [*"bcdfglmnprstv", "br", "cl", "dr", "fl", "gr", "pl", "pr", "st", "tr", "th"]
    hearts, tails = "aeiou", ["", "l", "n", "r", "s", "t", "m"]
    endings = ["", "", "", "s", "ed", "ing", "ment", "ation", "ly", "er"]
    found: dict[str, None] = {}
    stems: list[str] = []
    while len(found) < FORMS:
        if not stems or random.random() < 0.45:
            stems.append(
                "".join(
                    random.choice(heads) + random.choice(hearts) + random.choice(tails)
                    for _ in range(random.choice([1, 2, 2, 2, 3]))
                )
            )
            found[stems[-1]] = None
        else:
            found[random.choice(stems) + random.choice(endings)] = None
    return list(found)[:FORMS]


@cache
def _cumulated() -> list[float]:
    return list(accumulate(1 / (rank + FLATTENED) ** STEEPNESS for rank in range(1, FORMS + 1)))
