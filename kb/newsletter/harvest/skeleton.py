"""The skeleton of an editorial: what the edition holds, in our own words, for the editor to write on; contents; abbreviations."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kb.base.folding import fold
from kb.base.interface import Phrases
from kb.base.vocabulary import ArticleKind, factor_of
from kb.library.declaration import Declaration
from kb.library.members import Members
from kb.newsletter.folder import Article, EditionFolder
from kb.newsletter.linter.abbreviations import COMMON
from kb.newsletter.linter.terms import read as read_terms
from kb.newsletter.sheets import Entry, Sheet


def factors_of(article: Article) -> tuple[int, ...]:
    """The key factors that an article is tagged with: its own, then those of its elements."""
    told = (*article.head.factors, *(factor_of(element) for element in article.head.elements))
    return tuple(dict.fromkeys(told))


def editorial(
    folder: EditionFolder,
    members: Members,
    declaration: Declaration,
    proposed: Mapping[str, Sequence[int]],
    say: Phrases,
) -> str:
    """The skeleton in Markdown; *proposed* gives key factors by file for articles without tags."""
    language = say.language
    articles = [each for each in folder.articles if each.head.kind is ArticleKind.MEMBER and each.head.member]
    names = sorted({_name(article, members, language) for article in articles}, key=fold)
    parts = [f"# {say('desk.editorial')}", say("desk.readers")]
    if names:
        parts.append(say.count("desk.welcome", len(names), members=_listed(names, say)))
    topics = [
        f"- {say('desk.topic', factor=declaration.factor(factor).name.of(language), members=_listed(about, say))}"
        for factor, about in _topics(articles, members, proposed, language)
    ]
    parts += ["\n".join(topics)] if topics else []
    parts += [f"[{say('desk.write_here')}]", say("desk.invite"), f"## {say('desk.contents')}"]
    parts.append("\n".join(f"{n}. {line}" for n, line in enumerate(_contents(folder, members, say), 1)))
    terms = [f"- {term}: {expansion}" for term, expansion in abbreviations(folder, say)]
    if terms:
        parts += [f"## {say('kind.abbreviations')}", "\n".join(terms)]
    return "\n\n".join(parts) + "\n"


def _topics(
    articles: Sequence[Article], members: Members, proposed: Mapping[str, Sequence[int]], language: str
) -> list[tuple[int, list[str]]]:
    """The key factors that articles serve, those of most Members first, each with the Members’ names."""
    topics: dict[int, set[str]] = defaultdict(set)
    for article in articles:
        for factor in factors_of(article) or proposed.get(article.file, ()):
            topics[factor].add(_name(article, members, language))
    ranked = sorted(topics.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [(factor, sorted(names, key=fold)) for factor, names in ranked]


def _contents(folder: EditionFolder, members: Members, say: Phrases) -> Iterator[str]:
    for article in folder.articles:
        if article.head.kind is not ArticleKind.ABBREVIATIONS:
            member = article.head.member
            yield (
                f"{_name(article, members, say.language)}{say('colon')}{article.head.title}"
                if member
                else article.head.title
            )


def _name(article: Article, members: Members, language: str) -> str:
    code = article.head.member or ""
    return members.by_code[code].name.of(language) if code in members.by_code else code


def _listed(names: Sequence[str], say: Phrases) -> str:
    return f"{', '.join(names[:-1])}{say('list.and')}{names[-1]}" if len(names) > 1 else names[0]


def abbreviations(folder: EditionFolder, say: Phrases) -> Iterator[tuple[str, str]]:
    """The abbreviations that the text uses, in order of letters, as the text defines them first, else as the printed list does."""
    sheets = [
        Sheet(article, folder.language_of(article), {})
        for article in folder.articles
        if article.head.kind is not ArticleKind.ABBREVIATIONS
    ]
    terms = read_terms(sheets, [Entry(each.term, each.expansion, 0) for each in folder.head.abbreviations])
    for term in sorted({*terms.defined, *terms.used}, key=lambda each: (each.casefold(), each)):
        defined, listed = terms.defined.get(term, []), terms.listed.get(term, [])
        if defined or listed or term not in COMMON:
            yield term, defined[0].expansion if defined else listed[0].expansion if listed else say("desk.undefined")
