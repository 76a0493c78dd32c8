"""Key factors and elements proposed for a text, each with the words that speak for it.

Three things speak: phrases of the thesaurus and cues of `tagging.yml`, each pointing at elements; and, more quietly, the
words that a factor uses more than others do in the Declaration, in the questions and in the practices' keywords.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.base.folding import words
from kb.base.interface import Refusal
from kb.base.vocabulary import FACTORS, ArticleKind, ElementId, Filled, Model, PracticeType, Slug, factor_of
from kb.library.content import parsed, read_yaml
from kb.library.declaration import Declaration
from kb.library.knowledge import Knowledge
from kb.library.practices import Practice
from kb.newsletter.desk import history
from kb.newsletter.folder import Article, EditionFolder, write_article
from kb.newsletter.prose import passages
from kb.search.index import Stemming

FILE = "tagging.yml"
SECOND = 0.4  # what a phrase is worth for the elements after the first it points at
QUIET = 0.6  # what the likeness of words is worth beside phrases, both as shares of the best factor
TITLE = 2  # a phrase of the title counts as so many of the text
LONG_TEXT = 250  # words; a rarer phrase of a longer text says less


class Cue(Model):
    """Phrases of both languages that point at an element."""

    element: ElementId
    en: tuple[Filled, ...]
    fr: tuple[Filled, ...]


class TypeCue(Model):
    """Phrases of both languages that show the type of a practice."""

    type: PracticeType
    en: tuple[Filled, ...]
    fr: tuple[Filled, ...]


class Pointers(Model):
    """What points at elements: concepts of the thesaurus, and cues; and what points at types of practices."""

    concepts: dict[Slug, tuple[ElementId, ...]]
    cues: tuple[Cue, ...]
    types: tuple[TypeCue, ...]


@dataclass(frozen=True)
class Proposal:
    """A key factor proposed: its score as a share of the best, elements best first, and the words that spoke for it."""

    factor: int
    score: float
    elements: tuple[str, ...]
    words: tuple[str, ...]


@cache
def stemming(language: str) -> Stemming:
    """How words of a language become stems."""
    return Stemming(language)


def stems(text: str, language: str) -> list[str]:
    """The stems of a text in order, stop words left out."""
    return [token.text for token in stemming(language)(text.replace("’", "'"))]


def forms(text: str, language: str) -> dict[str, str]:
    """For each stem of a text the word as it stands there first."""
    found: dict[str, str] = {}
    for word in re.findall(r"\w+", text):
        if (stem := stemming(language).stem(word)) is not None:
            found.setdefault(stem, word.lower())
    return found


def proposals(folder: EditionFolder, knowledge: Knowledge) -> dict[Article, tuple[Proposal, ...]]:
    """What is proposed for each article of a Member or project."""
    pointers = read_pointers(knowledge.root)
    taggers = {each: Tagger(knowledge, pointers, each) for each in {*map(folder.language_of, folder.articles)}}
    return {
        each: taggers[folder.language_of(each)].propose(each.head.title, text_of(each))
        for each in folder.articles
        if each.head.kind in (ArticleKind.MEMBER, ArticleKind.PROJECT)
    }


def read_pointers(root: Path) -> Pointers:
    """The pointers of a content folder. Raises ContentError."""
    return parsed(Pointers, read_yaml(root, root / FILE), FILE)


class Tagger:
    """What is known, made ready to propose tags for many texts of one language."""

    def __init__(
        self, knowledge: Knowledge, pointers: Pointers, language: str, practices: Iterable[Practice] | None = None
    ) -> None:
        self.language = language
        self._phrases = _phrases(knowledge, pointers, language)
        self._profile = _profile(knowledge, language, knowledge.practices if practices is None else practices)

    def propose(self, title: str, text: str, most: int = 3) -> tuple[Proposal, ...]:
        """At most *most* key factors for a text, the likeliest first; none where nothing speaks for any."""
        told, headed = stems(text, self.language), stems(title, self.language)
        spoken, why = self._spoken(told, headed)
        quiet = self._quiet([*headed, *told])
        loudest = max(_by_factor(spoken).values(), default=0) or 1
        likest = max(_by_factor(quiet).values(), default=0) or 1
        joint = {
            element: spoken.get(element, 0) / loudest + QUIET * quiet.get(element, 0) / likest
            for element in {*spoken, *quiet}
        }
        scores = _by_factor(joint)
        best = max(scores.values(), default=0)
        order = sorted((factor for factor in scores if scores[factor] > 0), key=lambda f: (-round(scores[f], 9), f))
        return tuple(
            Proposal(
                factor,
                round(scores[factor] / best, 3),
                _elements(joint, factor),
                _words(why, factor) or self._told(factor, told),
            )
            for factor in order[:most]
        )

    def _spoken(
        self, told: Sequence[str], headed: Sequence[str]
    ) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """For each element how loudly phrases speak for it, and for each the phrases."""
        length = max(1.0, len(told) / LONG_TEXT)
        times = Counter[str]()
        for found, weight in ((_found(told, self._phrases), 1), (_found(headed, self._phrases), TITLE)):
            for phrase in found:
                times[phrase] += weight
        scores: dict[str, float] = defaultdict(float)
        why: dict[str, dict[str, float]] = defaultdict(dict)
        merged: dict[tuple[str, str], float] = defaultdict(float)
        named: dict[tuple[str, str], list[str]] = defaultdict(list)
        for phrase, number in times.items():
            for group, pointed in self._phrases[phrase].pointed:
                for place, element in enumerate(pointed):
                    merged[group, element] += number * (1 if place == 0 else SECOND)
                    named[group, element].append(self._phrases[phrase].shown)
        for (group, element), volume in merged.items():
            loud = math.log1p(volume / math.sqrt(length))
            scores[element] += loud
            for shown in named[group, element]:
                why[element][shown] = max(loud, why[element].get(shown, 0))
        return scores, why

    def _quiet(self, told: Sequence[str]) -> dict[str, float]:
        scores: dict[str, float] = defaultdict(float)
        for stem, number in Counter(told).items():
            for element, weight in self._profile.get(stem, {}).items():
                scores[element] += weight * math.log1p(number)
        return scores

    def _told(self, factor: int, told: Sequence[str]) -> tuple[str, ...]:
        """The stems that speak most for a factor without a phrase."""
        weights = {
            stem: sum(weight for element, weight in self._profile.get(stem, {}).items() if factor_of(element) == factor)
            for stem in told
        }
        return tuple(sorted((stem for stem in weights if weights[stem] > 0), key=lambda s: (-weights[s], s))[:4])


@dataclass(frozen=True)
class _Phrase:
    shown: str
    pointed: tuple[tuple[str, tuple[str, ...]], ...]  # group (concept or cue) and elements


def _phrases(knowledge: Knowledge, pointers: Pointers, language: str) -> dict[str, _Phrase]:
    """Each phrase by its stems joined by a blank, with what it points at."""
    pointed: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    shown: dict[str, str] = {}
    groups = [
        (
            f"concept {concept.id}",
            pointers.concepts[concept.id],
            (concept.term.of(language), *_of(concept.words, language)),
        )
        for concept in knowledge.thesaurus.concepts
        if concept.id in pointers.concepts
    ]
    groups += [(f"cue {cue.element}", (cue.element,), _of(cue, language)) for cue in pointers.cues]
    groups += [
        (f"factor {factor.number}", (factor.elements[0].id,), (factor.name.of(language),))
        for factor in knowledge.declaration.factors
        if factor.elements
    ]
    for group, elements, phrases in groups:
        for phrase in phrases:
            key = _whole(phrase, language)
            if key and (group, elements) not in pointed.setdefault(key, []):
                pointed[key].append((group, elements))
                shown.setdefault(key, phrase)
    return {key: _Phrase(shown[key], tuple(found)) for key, found in pointed.items()}


def _whole(phrase: str, language: str) -> str:
    """The stems of a phrase joined by blanks; nothing for one of mostly stop words, whose rest would say something else."""
    found = stems(phrase, language)
    return " ".join(found) if 2 * len(found) > len(words(phrase)) else ""


def type_of(title: str, text: str, pointers: Pointers, language: str) -> tuple[PracticeType, tuple[str, ...]] | None:
    """The type of practice that a text speaks of most, with its words; None if it speaks of none."""
    told: dict[PracticeType, dict[str, int]] = {}
    for cue in pointers.types:
        shown = {" ".join(stems(phrase, language)): phrase for phrase in reversed(_of(cue, language))}
        times = Counter(
            [*_found(stems(text, language), shown), *(2 * TITLE * [*_found(stems(title, language), shown)])]
        )
        told[cue.type] = {shown[key]: number for key, number in times.items()}
    best = max(told, key=lambda kind: sum(told[kind].values()))
    words = sorted(told[best], key=lambda word: (-told[best][word], word))
    return (best, tuple(words[:4])) if words else None


def _of(words: "Cue | object", language: str) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(words, language)
    return found


_LONGEST = 6


def _found(told: Sequence[str], phrases: Mapping[str, object]) -> Iterable[str]:
    """The phrases of a text, the longest at each place; one inside another is not counted too."""
    place = 0
    while place < len(told):
        for length in range(min(_LONGEST, len(told) - place), 0, -1):
            key = " ".join(told[place : place + length])
            if key in phrases:
                yield key
                place += length - 1
                break
        place += 1


def _profile(knowledge: Knowledge, language: str, practices: Iterable[Practice]) -> dict[str, dict[str, float]]:
    """For each stem how much it speaks for each element: more where few factors use it."""
    counted: dict[str, dict[str, float]] = {element: defaultdict(float) for element in knowledge.declaration.elements}

    def add(element: str, text: str, weight: float) -> None:
        for stem in set(stems(text, language)):
            counted[element][stem] += weight

    for factor in knowledge.declaration.factors:
        for element in factor.elements:
            add(element.id, f"{factor.name.of(language)} {factor.aim.of(language)}", 0.5)
            add(element.id, element.short.of(language), 3)
            add(element.id, element.text.of(language), 2)
    for question in knowledge.bank.questions:
        if question.element in counted:
            add(question.element, f"{question.text.of(language)} {question.why.of(language)}", 1)
    for practice in practices:
        for place, name in enumerate(practice.elements):
            add(
                name,
                " ".join([*practice.keywords.of(language), practice.title.of(language)]),
                1 if place == 0 else SECOND,
            )
    return _by_stem(counted)


def _by_stem(counted: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """For each stem its weight in each element, by that of each element's stems: what few factors use counts more."""
    uses: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for name, found in counted.items():
        for stem, weight in found.items():
            uses[stem][factor_of(name)] += weight
    profile: dict[str, dict[str, float]] = defaultdict(dict)
    size = {
        factor: math.sqrt(sum(sum(counted[e].values()) for e in counted if factor_of(e) == factor))
        for factor in FACTORS
    }
    for name, found in counted.items():
        for stem, weight in found.items():
            rare = math.log(len(FACTORS) / len(uses[stem]))
            if rare > 0:
                profile[stem][name] = rare * math.log1p(weight) / size[factor_of(name)]
    return profile


def _by_factor(scores: Mapping[str, float]) -> dict[int, float]:
    """The scores of factors: the elements of each together."""
    found: dict[int, float] = defaultdict(float)
    for element, score in sorted(scores.items()):
        found[factor_of(element)] += score
    return found


def _elements(joint: Mapping[str, float], factor: int) -> tuple[str, ...]:
    """The elements of a factor that speak at least half as loudly as its first, two at most."""
    own = sorted((e for e in joint if factor_of(e) == factor), key=lambda e: (-round(joint[e], 9), e))
    return tuple(element for element in own[:2] if joint[element] * 2 >= joint[own[0]])


def _words(why: Mapping[str, Mapping[str, float]], factor: int) -> tuple[str, ...]:
    found: dict[str, float] = {}
    for element, spoken in why.items():
        if factor_of(element) == factor:
            for word, loud in spoken.items():
                found[word] = max(loud, found.get(word, 0))
    return tuple(sorted(found, key=lambda word: (-found[word], word))[:5])


def text_of(article: Article) -> str:
    """The words of an article's body."""
    return "\n".join(passage.flat for passage in passages(article.body))


def tags_of(article: Article) -> tuple[str, ...]:
    """The tags that an article has: elements, then key factors without one."""
    told = article.head.elements
    own = {factor_of(element) for element in told}
    return (*told, *(str(factor) for factor in article.head.factors if factor not in own))


def confirm(folder: EditionFolder, article: Article, told: str, declaration: Declaration, by: str, day: str) -> Article:
    """Keep tags (`8,2` or `8.b, 2`) in an article's front matter, and in the history who confirmed them. Raises ArushaError."""
    if not by:
        raise Refusal("desk.tags_by")
    asked = list(filter(None, (tag.strip().lower() for tag in told.replace(";", ",").split(","))))
    known = {*declaration.elements, *(str(factor.number) for factor in declaration.factors)}
    wrong = [tag for tag in asked if tag not in known]
    if wrong or not asked:
        raise Refusal("desk.no_tag", tag=wrong[0] if wrong else told)
    elements = tuple(dict.fromkeys(tag for tag in asked if "." in tag))
    factors = tuple(dict.fromkeys(factor_of(tag) for tag in asked))
    head = article.head.model_copy(update={"elements": elements, "factors": factors})
    kept = Article(article.file, head, article.body, article.first_line)
    entry = history.Entry(
        article=history.name(article), what="tags", value=", ".join(asked), by=by, day=day, text=history.digest(article)
    )
    history.add(folder.path, entry)
    write_article(folder.path, kept)
    return kept
