"""Laws of the ranking, on small indexes made up by hypothesis and on the shipped one."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.base.folding import fold, words
from kb.search.ranking import Document, Postings, distance, search, snippet, take_apart, tolerance

LAW = settings(max_examples=100, deadline=None)
VOCABULARY = [
    "gift",
    "gifts",
    "register",
    "audit",
    "audits",
    "officer",
    "rotation",
    "declaration",
    "asset",
    "37001",
    "the",
]


def index(texts: list[list[str]]) -> Postings:
    """An index of plain texts, every word its own stem, “the” a stop word, factor and year by turns."""
    stems: dict[str, dict[int, list[int]]] = {}
    for number, text in enumerate(texts):
        for place, word in enumerate(text):
            if word != "the":
                stems.setdefault(word, {}).setdefault(number, []).append(place)
    return Postings(
        documents=tuple(
            Document(
                id=f"p{number}",
                title=f"Practice {number}",
                text=" ".join(text),
                members=("NZ", "MK")[number % 2 : number % 2 + 1],
                regions=("AP", "EUR")[number % 2 : number % 2 + 1],
                factors=(number % 3 + 1,),
                elements=(f"{number % 3 + 1}.a",),
                type="policy",
                evidence="claimed",
                reported="2018" if number % 2 else "2024-05",
                aged=number % 2 == 1,
                edition=16,
                instruments=(),
            )
            for number, text in enumerate(texts)
        ),
        forms={word: (word,) for word in sorted(stems)},
        stems={word: tuple((n, 10 * len(row[n])) for n in sorted(row)) for word, row in sorted(stems.items())},
        positions={word: {n: tuple(row[n]) for n in row} for word, row in stems.items()},
        stopwords=frozenset({"the"}),
    )


LETTERS = st.text("abcé", max_size=9)
INDEXES = st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=30), min_size=1, max_size=8).map(index)
TYPED = st.lists(
    st.sampled_from([*VOCABULARY, "registr", "oficer", "rotaton", "decl", "zzzz"]), min_size=1, max_size=5, unique=True
)


def osa(one: str, other: str) -> int:
    """The textbook recursion: optimal string alignment."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i, j] = min(
                table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (one[i - 1] != other[j - 1])
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


@settings(max_examples=200, deadline=None)
@given(LETTERS, LETTERS, st.integers(0, 4))
def test_distance_is_the_textbooks_up_to_its_limit_and_the_same_both_ways(one: str, other: str, limit: int) -> None:
    assert distance(one, other, limit) == min(osa(one, other), limit + 1) == distance(other, one, limit)


@pytest.mark.parametrize(
    ("word", "edits"),
    [("abc", 0), ("abcd", 1), ("abcdefg", 1), ("abcdefgh", 2), ("37001", 0), ("iso37001", 0), ("", 0)],
)
def test_longer_words_may_be_further_away_and_numbers_never(word: str, edits: int) -> None:
    assert tolerance(word) == edits


def found(postings: Postings, line: str) -> list[tuple[str, float]]:
    return [(hit.document.id, hit.score) for hit in search(postings, line, limit=100).hits]


@LAW
@given(INDEXES, TYPED, st.randoms(use_true_random=False))
def test_case_accents_and_order_of_the_words_make_no_difference(postings: Postings, typed: list[str], random) -> None:
    line = " ".join(typed) + " "  # the space closes the last word, which may not go on then
    shuffled = random.sample(typed, len(typed))
    dressed = " ".join(shuffled).upper().replace("E", "É").replace("O", "Ö") + " "
    assert found(postings, dressed) == found(postings, line) == found(postings, line * 2)


@LAW
@given(INDEXES, TYPED, st.integers(1, 8))
def test_a_limit_only_cuts(postings: Postings, typed: list[str], limit: int) -> None:
    line = " ".join(typed)
    whole, cut = search(postings, line, limit=100), search(postings, line, limit=limit)
    assert cut.hits == whole.hits[:limit]
    assert (cut.total, cut.suggestion, cut.complete) == (whole.total, whole.suggestion, whole.complete)
    assert whole.total == len(whole.hits) == len({hit.document.id for hit in whole.hits})


@LAW
@given(INDEXES, TYPED, st.integers(1, 3))
def test_a_filter_only_takes_away(postings: Postings, typed: list[str], factor: int) -> None:
    line = " ".join(typed) + " "
    everything = search(postings, line, limit=100)
    filtered = search(postings, line, lambda document: factor in document.factors, limit=100)
    assert all(factor in hit.document.factors for hit in filtered.hits)
    if everything.complete == filtered.complete:
        assert filtered.hits == tuple(hit for hit in everything.hits if factor in hit.document.factors)
    assert search(postings, f"factor:{factor} {line}", limit=100).hits == filtered.hits


@LAW
@given(INDEXES, TYPED)
def test_those_that_meet_all_words_are_given_and_those_that_meet_some_make_it_incomplete(
    postings: Postings, typed: list[str]
) -> None:
    known = [word for word in typed if word in postings.forms]
    answer = search(postings, " ".join(known) + " ", limit=100)
    met = {hit.document.id: sum(word in hit.document.text.split() for word in known) for hit in answer.hits}
    whole = [doc.id for doc in postings.documents if known and set(known) <= set(doc.text.split())]
    assert answer.complete == all(many == len(known) for many in met.values())
    assert all(met.values())
    assert set(whole) <= met.keys()
    scores = [hit.score for hit in answer.hits]
    assert scores == sorted(scores, reverse=True)


@LAW
@given(INDEXES, st.lists(st.sampled_from(VOCABULARY[:-1]), min_size=2, max_size=3))
def test_a_phrase_stands_as_it_is(postings: Postings, phrase: list[str]) -> None:
    line = " ".join(phrase)
    hits = {hit.document.id for hit in search(postings, f'"{line}"', limit=100).hits}
    assert hits == {doc.id for doc in postings.documents if f" {line} " in f" {doc.text} "}


@LAW
@given(INDEXES, TYPED)
def test_a_suggestion_is_made_of_known_words_and_finds_something(postings: Postings, typed: list[str]) -> None:
    answer = search(postings, " ".join(typed) + " ")
    if answer.suggestion:
        assert answer.suggestion != answer.query
        assert set(answer.suggestion.split()) - set(typed) <= postings.forms.keys()
        assert search(postings, answer.suggestion).total


@pytest.mark.parametrize(("whole", "total", "complete"), [(9, 10, False), (10, 10, True)])
def test_ten_that_meet_all_words_are_enough(whole: int, total: int, complete: bool) -> None:
    answer = search(index([["audit", "gift"]] * whole + [["audit"]]), "audit gift", limit=100)
    assert (answer.total, answer.complete) == (total, complete)


def test_what_meets_some_words_and_is_twenty_times_fainter_is_left_out() -> None:
    postings = index([["audit", *["gift"] * 4], ["audit"], ["audit", "audit", "gift"], *[["register"]] * 3])
    assert [key for key, _ in found(postings, "audit gift ")] == ["p0", "p2", "p1"]
    postings = index([["audit", *["gift"] * 10], ["audit"], ["audit", "gift"]])
    assert [key for key, _ in found(postings, "audit gift ")] == ["p0", "p2"]


def test_ties_fall_in_the_order_of_ids() -> None:
    assert [key for key, _ in found(index([["audit"], ["gift"], ["audit"], ["audit"]]), "audit")] == ["p0", "p2", "p3"]


def test_the_last_word_may_go_on_until_a_space_ends_it() -> None:
    postings = index([["register"], ["audit"]])
    assert found(postings, "regi")
    assert found(postings, "regi ") == []


def test_filters_alone_give_all_that_pass_them() -> None:
    postings = index([["audit"], ["gift"], [], ["register"]])
    assert [key for key, _ in found(postings, "member:mk")] == ["p1", "p3"]
    assert [key for key, _ in found(postings, 'member:nz factor:1 type:"policy"')] == ["p0"]
    assert [key for key, _ in found(postings, "factor:1 factor:2")] == ["p0", "p1", "p3"]
    assert found(postings, "factor:11") == []


FEW = [["gift", "register"], ["gift", "audit"], ["rotation", "officer"], ["related"], ["spending"]]


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("xotation", "rotation"),
        ("orotation ", "rotation"),
        ("gfit", "gift"),
        ("igft", "gift"),
        ("xotatoin", None),
        ("xgf", None),
    ],
)
def test_where_no_word_is_met_another_first_letter_is_forgiven_once(line: str, suggestion: str | None) -> None:
    answer = search(index(FEW), line)
    assert answer.suggestion == suggestion
    assert bool(answer.hits) == (suggestion is not None)


def test_a_known_word_beside_it_leaves_an_odd_word_alone() -> None:
    assert search(index(FEW), "gift xotation").suggestion is None


def test_a_word_with_a_known_beginning_is_not_taken_for_one_two_edits_away() -> None:
    few = index([*FEW, ["regul"], ["rotat"]])
    assert [hit.document.id for hit in search(few, "regulated ").hits] == ["p5"]
    assert search(few, "rotatoin ").suggestion == "rotation"


def test_where_nothing_is_found_the_nearest_are_named() -> None:
    """Without the quotes, but within the filters; without those too if they leave nothing; and nothing for nothing."""
    few = index(FEW)

    def nearest(line: str) -> list[str]:
        answer = search(few, line)
        assert answer.total == 0
        return [hit.document.id for hit in answer.nearest]

    assert nearest('"register gift"') == ["p0", "p1"]
    assert nearest('"register gift" member:MK') == ["p1"]
    assert nearest("gift member:XX") == ["p0", "p1"]
    assert nearest("zzzz member:MK") == nearest("factor:99") == nearest("the") == []


@given(INDEXES, TYPED)
@LAW
def test_the_nearest_are_named_only_where_nothing_is_found(postings: Postings, typed: list[str]) -> None:
    answer = search(postings, " ".join([*typed, "factor:2", '"audit gift"']))
    assert not (answer.hits and answer.nearest)


def test_a_line_is_taken_apart() -> None:
    query = take_apart('Gift "asset declaration" member:MK region:"AP" reg')
    assert query.words == ("gift", "asset", "declaration", "reg")
    assert query.phrases == (("asset", "declaration"),)
    assert query.filters == {"member": {"mk"}, "region": {"ap"}}
    assert query.open


PLAIN = st.text(st.characters(exclude_characters="⟦⟧…", exclude_categories=["Cs"]), max_size=800)


@LAW
@given(
    st.one_of(PLAIN, st.lists(st.sampled_from([*VOCABULARY, "and", "with", "offices,"]), max_size=200).map(" ".join))
)
def test_a_snippet_without_its_marks_is_a_passage_of_the_text(text: str) -> None:
    forms = {word: (word,) for word in words(text)}
    passage = snippet(forms, text, frozenset(list(forms)[::2]))
    assert len(re.sub("[⟦⟧]", "", passage)) <= 224
    assert re.sub("[⟦⟧]", "", passage).removeprefix("… ").removesuffix(" …").strip() in " ".join(text.split())
    assert all(fold(word) in forms for word in re.findall("⟦(.*?)⟧", passage))
    assert passage.count("⟦") == passage.count("⟧")


@LAW
@given(st.lists(st.sampled_from(["and", "with", "offices,"]), max_size=200), st.integers(0, 200))
def test_a_snippet_shows_the_word_wherever_it_stands(around: list[str], place: int) -> None:
    text = " ".join([*around[:place], "Register", *around[place:]])
    assert "⟦Register⟧" in snippet({"register": ("register",)}, text, frozenset({"register"}))


@pytest.mark.parametrize(
    "line",
    [
        "",
        " \t\n",
        '"',
        '""',
        '"""gift',
        "the of and to",
        "x" * 10_000,
        "gift " * 2_000,
        '"gift register',
        "<script>alert(1)</script>",
        "'; DROP TABLE practices; --",
        "gift OR 1=1",
        "../../etc/passwd",
        "\u202egift\u202c \u200f",
        "🎁 gift 🎁",
        "\x00gift\x1b[31m",
        "ﷺ Ǆ ŉ ß İ",
        "member: factor:",
        'member:"',
        "*:* AND NOT gift~2",
        "贈り物 كشف подарок",
    ],
    ids=lambda line: ascii(line[:20]),
)
def test_a_hostile_line_gets_a_plain_answer(postings: Postings, line: str) -> None:
    answer = search(postings, line)
    assert len(answer.query) <= 400
    assert len(answer.hits) <= 10
    assert answer.total >= len(answer.hits)
    assert answer.total or "gift" not in words(line[:400])


@LAW
@given(st.text(max_size=60))
def test_any_line_gets_an_answer(postings: Postings, line: str) -> None:
    assert search(postings, line).total <= len(postings.documents)
