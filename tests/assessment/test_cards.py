"""Benchmark cards: what they say and leave out, and that a pool gives nobody's score away."""

import json
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path
from random import Random

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import answers, replay
from assessment.exchange import cards
from assessment.exchange.cards import Card, Coverage, Pooled, Size
from assessment.own import Own
from assessment.rounds import answering
from assessment.rounds import opening as openings
from assessment.storing.sqlite import AssessmentFile
from kb.library.knowledge import Knowledge
from kb.library.questionnaires import Bank

NAME = "Customs of the Invented Island"
GRID = range(0, 101, cards.STEP)
Run = Callable[..., Result]


def assessed(
    path: Path, bank: Bank, seed: int = 1, *, without: int = 0, sealed: bool = True, **opening: object
) -> Path:
    """A round with an answer to each question, but for one factor if asked; notes and evidence would give it away."""
    draw = Random(seed)
    given = {
        question.id: answers.Answer(level=draw.randint(0, 4), note=f"as {NAME} does")
        for question in bank.questions
        if question.factor != without
    }
    with AssessmentFile.create(path, *openings.opening(NAME, None, "en", bank, **opening)) as file:
        file.append([answering.answered(question, answer, bank) for question, answer in given.items()])
        if sealed:
            file.append([("sealed", {"answers": len(given)})])
    return path


@pytest.fixture(scope="module")
def rounds(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("rounds")
    return [assessed(folder / f"{number}.arusha", bank, number) for number in range(6)]


@pytest.fixture(scope="module")
def made(rounds: list[Path], arusha: Run, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Six cards."""
    folder, found = tmp_path_factory.mktemp("cards"), []
    for number, file in enumerate(rounds):
        found.append(folder / f"{number}.json")
        result = arusha("assess", "card", file, "-o", found[-1], "--region", "esa", "--size", "medium", "--alike", 6)
        assert (result.exit_code, result.stderr) == (0, ""), result.stderr
    return found


def a_card(scores: tuple[int, ...], **other: object) -> Card:
    told = {"format": cards.FORMAT, "version": cards.VERSION, "region": "ESA", "size": "medium", "year": 2026, "bank": "1.0",
            "chosen": "full", "coverage": "most", "scores": scores} | other  # fmt: skip
    return Card.model_validate(told, strict=False)


def written(folder: Path, *made: Card) -> list[Path]:
    paths = [folder / f"card-{number}.json" for number in range(len(made))]
    for path, card in zip(paths, made, strict=True):
        path.write_text(cards.sign(card)[0])
    return paths


# what a card says --------------------------------------------------------------------------------------------------------


def test_a_card_bears_no_name_no_text_and_nothing_of_its_file(rounds: list[Path], made: list[Path], bank: Bank) -> None:
    data = json.loads(made[0].read_text())
    assert set(data) == {"card", "key", "signature"}
    card = data["card"]
    assert set(card) == {"format", "version", "region", "size", "year", "bank", "chosen", "coverage", "scores"}
    assert all(score in GRID for score in card["scores"])
    with AssessmentFile.open(rounds[0]) as file:
        entries = file.entries()
    text = made[0].read_text()
    for secret in (NAME, "Invented", entries[-1].hash, entries[0].hash, entries[0].at, entries[0].at[:10]):
        assert secret not in text
    assert card["year"] == int(entries[-2].at[:4])


def test_the_scores_are_those_of_the_round_to_five_points(rounds: list[Path], made: list[Path], arusha: Run) -> None:
    told = json.loads(arusha("assess", "score", rounds[0], "--format", "json").stdout)
    card = cards.read(made[0])
    assert all(abs(score - each["score"]) <= 2.5 for score, each in zip(card.scores, told["factors"], strict=True))


@given(st.fractions(0, 100))
def test_a_score_is_rounded_to_the_nearest_five(value: object) -> None:
    score = cards._rounded(value)
    assert score in GRID
    assert abs(score - value) <= 2.5


def test_two_cards_of_one_round_have_only_their_scores_in_common(made: list[Path]) -> None:
    one, other = (json.loads(cards.sign(cards.read(made[0]))[0]) for _ in range(2))
    assert one["card"] == other["card"]
    assert one["key"] != other["key"]
    assert one["signature"] != other["signature"]


def test_the_key_that_is_kept_is_the_cards_and_nobody_else_may_read_it(
    rounds: list[Path], arusha: Run, refused: Callable[..., None], tmp_path: Path
) -> None:
    card, key = tmp_path / "card.json", tmp_path / "card.key"
    words = ("assess", "card", rounds[0], "-o", card, "--region", "all", "--size", "small", "--keep-key", key)
    assert arusha(*words, "--as-of", "2024-05-17").exit_code == 0
    data = json.loads(card.read_text())
    secret = load_pem_private_key(key.read_bytes(), None)
    assert secret.public_key().public_bytes_raw() == cards.base64.b64decode(data["key"])
    assert key.stat().st_mode & 0o077 == 0
    assert (data["card"]["region"], data["card"]["size"], data["card"]["year"]) == ("all", "small", 2024)
    assert "2024-05" not in card.read_text()
    card.unlink()
    refused(arusha(*words), key, "there is such a file already")


@pytest.mark.parametrize(
    ("region", "size", "alike", "says"),
    [
        ("ESA", Size.LARGE, 0, ("ESA", "all")),
        ("ESA", Size.LARGE, 4, ("ESA", "all")),
        ("ESA", Size.LARGE, 5, ("ESA", "large")),
        ("all", Size.LARGE, 0, ("all", "large")),
        ("ESA", None, 9, ("ESA", "all")),
        ("NEW", Size.LARGE, 9, ("all", "large")),
    ],
)
def test_region_and_size_stand_together_only_where_five_share_them(
    region: str, size: Size | None, alike: int, says: tuple[str, str], knowledge: Knowledge
) -> None:
    members = knowledge.members
    few = [member.model_copy(update={"region": "NEW"}) for member in members.members[:4]]
    members = members.model_copy(update={"members": (*few, *members.members[4:])})
    assert cards.coarsened(members, region, size, alike) == says


def test_the_command_says_what_it_left_out(rounds: list[Path], arusha: Run, tmp_path: Path) -> None:
    words = ("assess", "card", rounds[0], "-o", tmp_path / "card.json", "--region", "MENA", "--size", "large")
    told = " ".join(arusha(*words).stdout.split())
    assert "any number of staff" in told
    assert "say so with --alike" in told


def test_own_questions_and_weights_do_not_count(bank: Bank, knowledge: Knowledge, tmp_path: Path) -> None:
    """A Member's own ones would make its card tell of other things than the rest."""
    first = next(question.id for question in bank.questions)
    cards_of = []
    for name, own in (("a", None), ("b", Own(weights={first: 5.0}))):
        path = assessed(tmp_path / f"{name}.arusha", bank, own=own)
        with AssessmentFile.open(path) as file:
            stands = replay.read(file, bank)
        cards_of.append(cards.make(stands, bank, knowledge.members, "ESA", None, 0, 2026))
    assert cards_of[0] == cards_of[1]


# refusals ----------------------------------------------------------------------------------------------------------------


def test_an_open_round_gives_no_card(bank: Bank, arusha: Run, refused: Callable[..., None], tmp_path: Path) -> None:
    file = assessed(tmp_path / "open.arusha", bank, sealed=False)
    words = ("assess", "card", file, "-o", tmp_path / "card.json", "--region", "ESA", "--size", "small")
    refused(arusha(*words), "sealed round only")
    assert not (tmp_path / "card.json").exists()


def test_a_factor_without_a_score_gives_no_card(
    bank: Bank, arusha: Run, refused: Callable[..., None], tmp_path: Path
) -> None:
    file = assessed(tmp_path / "part.arusha", bank, without=4)
    words = ("assess", "card", file, "-o", tmp_path / "card.json", "--region", "ESA", "--size", "small")
    refused(arusha(*words), "key factor 4 has no score")


def test_a_region_that_is_none_is_refused(
    rounds: list[Path], arusha: Run, refused: Callable[..., None], tmp_path: Path
) -> None:
    words = ("assess", "card", rounds[0], "-o", tmp_path / "card.json", "--region", "Atlantis", "--size", "small")
    refused(arusha(*words), "ATLANTIS", "ESA", "all")


@pytest.mark.parametrize(
    ("old", "new"),
    [('"ESA"', '"EUR"'), ('"year": 2026', '"year": 2025'), ('"full"', '"quick"'), ('"medium"', '"all"')],
)
def test_a_changed_card_is_refused_by_its_name(
    old: str, new: str, arusha: Run, refused: Callable[..., None], tmp_path: Path
) -> None:
    paths = written(tmp_path, *(a_card((number * 5,) * 10) for number in range(5)))
    assert old in paths[3].read_text()
    paths[3].write_text(paths[3].read_text().replace(old, new))
    refused(arusha("assess", "pool", *paths), paths[3], "the card was changed after it was made")


def test_a_text_on_a_card_is_refused(arusha: Run, refused: Callable[..., None], tmp_path: Path) -> None:
    paths = written(tmp_path, *(a_card((number * 5,) * 10) for number in range(5)))
    data = json.loads(paths[0].read_text())
    data["card"]["note"] = "ours"
    paths[0].write_text(json.dumps(data))
    refused(arusha("assess", "pool", *paths), paths[0], "card.note")


@pytest.mark.parametrize("text", ["{}", "[]", "7", '{"card": 1}', "x", '{"card": {"format": "arusha-benchmark-card"}}'])
def test_what_is_no_card_is_told_in_one_sentence(
    text: str, made: list[Path], arusha: Run, refused: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "other.json").write_text(text)
    refused(arusha("assess", "pool", *made, tmp_path / "other.json"), "other.json")


@pytest.mark.parametrize("other", [{"bank": "2.0"}, {"chosen": "quick"}])
def test_cards_of_other_questions_are_not_pooled(
    other: dict[str, str], arusha: Run, refused: Callable[..., None], tmp_path: Path
) -> None:
    alike = [a_card((number * 5,) * 10) for number in range(5)]
    paths = written(tmp_path, *alike, a_card((50,) * 10, **other))
    refused(arusha("assess", "pool", *paths), paths[5], "only cards of the same questions")


def test_fewer_than_five_are_refused_and_a_card_twice_counts_once(
    made: list[Path], arusha: Run, refused: Callable[..., None], tmp_path: Path
) -> None:
    again = tmp_path / "again.json"  # the same round, a new key, and the region left out
    again.write_text(cards.sign(cards.read(made[0]).model_copy(update={"region": "all", "year": 2025}))[0])
    refused(arusha("assess", "pool", *made[:4]), "4 different cards are too few")
    refused(arusha("assess", "pool", *made[:4], made[0], again, "--mine", made[1]), "4 different cards are too few")
    found = cards.pool([*made[:5], again, made[2]])
    assert (found.cards, found.repeated) == (5, 2)
    assert cards.pool(made[1:5], made[0]).cards == 5


def test_a_card_of_the_earlier_score_is_refused_and_told_apart_from_a_newer_one(
    made: list[Path], arusha: Run, refused: Callable[..., None], tmp_path: Path
) -> None:
    for version, words in ((1, "earlier release"), (cards.VERSION + 1, "newer release")):
        other = tmp_path / f"{version}.json"
        kept = json.loads(made[0].read_text())
        other.write_text(json.dumps(kept | {"card": kept["card"] | {"version": version}}))
        refused(arusha("assess", "pool", *made[1:], other), other, words)


def test_quartiles_are_told_from_ten_cards_on() -> None:
    assert [bool(cards.pooled([50] * many).lower) for many in (5, 9, 10)] == [False, False, True]


# what a pool says --------------------------------------------------------------------------------------------------------

scores = st.sampled_from(GRID)
several = st.lists(scores, min_size=5, max_size=30)


@given(several, st.randoms())
def test_the_order_of_cards_says_nothing(found: list[int], random: Random) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    assert cards.pooled(mixed) == cards.pooled(found)


@given(several)
def test_the_median_lies_within_the_middle_half_and_that_within_the_cards(found: list[int]) -> None:
    told = cards.pooled(found)
    assert (told.lower is None) == (told.upper is None) == (len(found) < cards.FOR_QUARTILES)
    bands = [each for each in (told.lower, told.median, told.upper) if each]
    assert bands == sorted(bands, key=lambda band: band.low)
    assert min(found) - cards.BAND < bands[0].low <= bands[-1].low <= max(found)
    for band in bands:
        assert (band.low % cards.BAND, band.high - band.low) == (0, cards.BAND)
        assert 0 <= band.low < band.high <= 100


@given(several, st.data())
def test_the_own_place_is_told_from_the_own_score_alone(found: list[int], data: st.DataObject) -> None:
    mine = data.draw(st.sampled_from(found))
    told = cards.pooled(found, mine)
    assert told.mine == mine
    lower, upper = told.lower or told.median, told.upper or told.median
    if mine == min(found) and mine < lower.low:
        assert told.place == "below"
    assert (told.place == "within") == (lower.low <= min(mine, 99) < upper.high)


def test_the_files_in_any_order_give_the_same_text(made: list[Path], arusha: Run) -> None:
    one = arusha("assess", "pool", *made, "--mine", made[3])
    other = arusha("assess", "pool", *reversed(made), "--mine", made[3])
    assert one.exit_code == 0
    assert one.stdout == other.stdout
    assert "its place is no rank" in " ".join(one.stdout.split())


def test_a_pool_holds_no_single_card(made: list[Path], arusha: Run) -> None:
    told = json.loads(arusha("assess", "pool", *made, "--format", "json").stdout)
    assert set(told) == {"cards", "repeated", "questionnaire", "band", "factors"}
    assert {key for each in told["factors"] for key in each} == {
        "number", "name", "median", "lower_quartile", "upper_quartile", "mine", "place",
    }  # fmt: skip
    assert {each["mine"] for each in told["factors"]} == {None}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_pool_is_told_in_both_languages(language: str, made: list[Path], arusha: Run) -> None:
    result = arusha("assess", "pool", *made, "--mine", made[0], "--lang", language)
    assert (result.exit_code, result.stderr) == (0, "")
    assert len([line for line in result.stdout.splitlines() if "–" in line]) == 10


# re-identification -------------------------------------------------------------------------------------------------------


def told_by(found: tuple[int, ...]) -> tuple[int, ...]:
    pooled: Pooled = cards.pooled(found)
    return tuple(band.low for band in (pooled.lower, pooled.median, pooled.upper) if band)


def test_five_cards_and_ones_own_give_no_other_score_away() -> None:
    """Every pool of five: whatever it tells, and whichever card is one's own, each other card may have two values or more,
    and there is no value that one of the others must have."""
    known = {found: told_by(found) for found in combinations_with_replacement(GRID, 5)}
    possible: dict[object, list[set[int]]] = defaultdict(list)
    for mine in GRID:
        for others in combinations_with_replacement(GRID, 4):
            possible[mine, known[tuple(sorted((mine, *others)))]].append(set(others))
    assert min(len(set.union(*found)) for found in possible.values()) >= 2
    assert [seen for seen, found in possible.items() if set.intersection(*found)] == []


@given(st.integers(6, 14), scores, scores)
@settings(max_examples=400)
def test_larger_pools_of_like_cards_give_no_score_away(many: int, mine: int, theirs: int) -> None:
    """The worst case is that all others agree: still each of them may have another value."""
    told = told_by((mine, *([theirs] * (many - 1))))
    single = any(told_by((mine, other, *([theirs] * (many - 2)))) == told for other in GRID if other != theirs)
    assert single or any(told_by((mine, *([other] * (many - 1)))) == told for other in GRID if other != theirs)


def test_coverage_is_told_in_three_classes() -> None:
    found = [cards._coverage(cards.Fraction(share, 100)) for share in (100, 90, 89, 60, 59, 1)]
    assert found == [Coverage.NEARLY_ALL] * 2 + [Coverage.MOST] * 2 + [Coverage.PART] * 2
