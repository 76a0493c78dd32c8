"""One index, two readers: the engine in the browser answers as `kb.search.ranking.search` does."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from kb.base.folding import words
from kb.base.places import project_folder
from kb.search.index import open_postings
from kb.search.ranking import FILTERS, Hit, Postings, search

RELEVANCE = Path(__file__).parents[1] / "content" / "relevance.json"
SITES = {"en": "site", "fr": "site/fr"}
SEARCH = """async ([lines, options]) => {
  const index = new ArushaSearch.Index(new URL("search/", document.baseURI).href), answers = [];
  const snippet = (parts) => parts.map(([text, hit]) => (hit ? `⟦${text}⟧` : text)).join("");
  for (const line of lines) {
    const { total, complete, suggestion, hits, nearest, counts } = await ArushaSearch.search(index, line, options);
    const shown = async (found) => (await Promise.all(found)).map((hit) => [hit.id, hit.score, snippet(hit.snippet)]);
    answers.push({ total, complete, suggestion, hits: await shown(hits), nearest: await shown(nearest), counts: await counts() });
  }
  return answers;
}"""
HOSTILE = [
    "",
    " ",
    '"',
    '""',
    '" "',
    '"gift register',
    'gift" register',
    "the of and",
    "de la et les",
    '"the of and"',
    "audit " * 2_000,
    "x" * 10_000,
    "🎁" * 390 + " gift register",
    "gift 🎁 register 👩‍👩‍👧",
    "❤️gift",
    "<script>alert(1)</script>",
    "'; DROP TABLE practices; --",
    "gift' OR '1'='1",
    "\u202egift\u202c \u200fregister",
    "ﬁles ﬀ ßtraße ŒUVRE Ægis",
    "gift\x1cregister\x85audit\ufeff",
    "e\u0301thique re\u0302gle",
    "هدية סֵפֶר подарок हिन्दी ภาษาไทย 礼品登记册",
    "policy𐌰",
    "ΟΔΥΣΣΕΥΣ ᾳ İstanbul",
    "ınstrument:idg in\u017ftrument:idg ed\u0131tion:16",
    "__proto__ constructor toString hasOwnProperty",
    "member:",
    "member:__proto__ factor:constructor",
    'factor:"8',
    "FACTOR:8 Member:nz",
    "xfactor:8",
    "factor:8 factor:4 member:mk",
    'factor:8 "gift',
    "year:2019 year:2024 -audit",
    "audit*",
    " ".join(f"word{number}" for number in range(30)) + ' "internal audit"',
    "37001 3700 370011",
]


def passages(postings: Postings, count: int, length: int) -> Iterator[str]:
    """Runs of words, each from the text of another practice."""
    step = max(1, len(postings.documents) // count)
    for number, document in enumerate(postings.documents[::step]):
        text = words(document.text)
        yield " ".join(text[5 * (number % 3) :][:length])


def lines(postings: Postings, language: str) -> dict[str, list[str]]:
    """The lines to compare, by kind."""
    long = [form for form in postings.forms if len(form) > 5 and form.isalpha()]
    some = long[:: len(long) // 15]
    pairs = list(passages(postings, 12, 2))
    values = {name: sorted({value for one in postings.documents for value in one.facets[name]}) for name in FILTERS}
    labelled = json.loads(RELEVANCE.read_text(encoding="utf-8")) if RELEVANCE.exists() else []
    return {
        "asked by officers": [row["query"] for row in labelled if row["language"] == language],
        "one word": some,
        "a letter missing": [word[:3] + word[4:] for word in some],
        "two letters swapped": [f"{word[:2]}{word[3]}{word[2]}{word[4:]} " for word in some],
        "the first letter wrong": [f"x{word[1:]}" for word in some] + [f"x{some[0][1:]} x{some[1][1:]}", "regulated "],
        "one letter wrong": [f"{word[:-2]}q{word[-1]}" for word in some],
        "an unknown ending": [f"{word}ology" for word in some],
        "a beginning": [word[:length] for word in some for length in (2, 4)],
        "two words": pairs,
        "three words": list(passages(postings, 15, 3)),
        "a sentence": list(passages(postings, 6, 12)),
        "a phrase": [f'"{pair}"' for pair in [*pairs, *passages(postings, 9, 3)]],
        "a phrase and a word": [f'"{pair}" {word}' for pair, word in zip(pairs, some, strict=False)],
        "a filter": [f'{name}:"{value}"' for name in FILTERS for value in values[name][:2]],
        "a filter by a Member's name": [
            f'member:"{name.upper()}" audit' for d in postings.documents[::9] for name in d.names
        ],
        "a filter that leaves nothing": [f"{name}:none {pair}" for name in FILTERS for pair in islice(pairs, 2)],
        "a filter and a word": [f"{name}:{values[name][-1]} {pair}" for name in FILTERS for pair in islice(pairs, 3)],
        "hostile": HOSTILE,
    }


def in_python(postings: Postings, line: str) -> dict[str, object]:
    answer = search(postings, line)

    def told(hits: tuple[Hit, ...]) -> list[list[object]]:
        return [[hit.document.id, hit.score, hit.snippet] for hit in hits]

    whole = {"total": answer.total, "complete": answer.complete, "suggestion": answer.suggestion}
    return whole | {"hits": told(answer.hits), "nearest": told(answer.nearest)}


@pytest.fixture(scope="module", params=SITES)
def readers(request, visit, demo):
    """Python's postings of one language, and the browser's engine as a function of lines and options."""
    with visit(f"{demo.address}/{SITES[request.param]}/search.html") as seen:
        postings = open_postings(project_folder() / "content", request.param)
        yield request.param, postings, lambda lines, **options: seen.page.evaluate(SEARCH, [lines, options])


def test_the_browser_answers_as_python_does(readers):
    """Practices, order, scores, snippets, total, completeness and suggestion, for hundreds of lines of every kind."""
    language, postings, in_browser = readers
    asked = [(kind, line) for kind, found in lines(postings, language).items() for line in found]
    assert len({line for _, line in asked}) >= 220
    answers = in_browser([line for _, line in asked])
    different = [
        (kind, line[:100], expected, found)
        for (kind, line), given in zip(asked, answers, strict=True)
        if (found := {name: value for name, value in given.items() if name != "counts"})
        != (expected := in_python(postings, line))
    ]
    assert different == []


def test_the_lines_are_not_all_easy(readers):
    """What is compared holds full, partial, corrected and empty answers."""
    language, postings, _ = readers
    answers = [search(postings, line) for found in lines(postings, language).values() for line in found]
    kinds = Counter((answer.complete, answer.suggestion is not None, answer.total > 0) for answer in answers)
    assert kinds[True, False, True] > 40
    assert kinds[False, False, True] > 10
    assert sum(count for (_, corrected, _), count in kinds.items() if corrected) > 10
    assert sum(count for (_, _, found), count in kinds.items() if not found) > 5


def test_the_facets_count_what_each_choice_would_leave(readers):
    """Beside each value stands how many practices the line finds with the other fields' filters alone."""
    language, postings, in_browser = readers
    chosen = [
        {},
        {"factor": "8"},
        {"member": "mk"},
        {"factor": "4", "region": "eur"},
        {"type": "policy", "year": "2019"},
    ]
    told = ["", *lines(postings, language)["two words"][:4], "audit", "zzzzqq", '"code de conduite"']
    asked = [(line, filters) for line in told for filters in chosen]

    def left(line: str, filters: dict[str, str], name: str) -> dict[str, int]:
        others = [f"{other}:{value}" for other, value in filters.items() if other != name]
        whole = " ".join([*others, line]).strip()
        found = [hit.document for hit in search(postings, whole, limit=10_000).hits] if whole else postings.documents
        return dict(Counter(value for document in found for value in document.facets[name]))

    for line, filters in asked:
        options = {"filters": {name: [value] for name, value in filters.items()}, "all": not line}
        counts = in_browser([line], **options)[0]["counts"]
        for name in FILTERS:
            shown = {row["value"]: row["count"] for row in counts[name] if row["count"]}
            assert shown == left(line, filters, name), (line, filters, name)
