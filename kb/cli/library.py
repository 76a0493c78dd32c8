"""Commands of the knowledge base: `arusha kb …` and `arusha site …`."""

import shutil
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from kb.base.errors import ArushaError
from kb.base.files import write_whole
from kb.base.folding import on_one_line, turns_shown
from kb.base.interface import Phrases, Refusal, in_words, phrases
from kb.base.vocabulary import PracticeType
from kb.cli import options
from kb.cli.options import CONTENT, FORMAT, LANGUAGE, OneOf, bold, show
from kb.library.content import find_root
from kb.library.editions import with_practice
from kb.library.knowledge import Knowledge, load, read, read_in_part
from kb.library.members import find_code
from kb.library.practices import Source, free_id, skeleton, slug
from kb.search.index import filters, open_postings
from kb.search.ranking import Answer
from kb.search.ranking import search as rank

T = TypeVar("T")


@click.command()
@CONTENT
def check(content: Path | None) -> None:
    """List every fault of the content with its file, field and remedy. Exit code 1 if there is one."""
    root = find_root(content)
    knowledge, faults = read(root)
    for fault in faults:
        click.echo(str(fault))
    if knowledge is None:
        click.echo(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} in {root}", err=True)
        raise SystemExit(1)
    counts = {
        "practice": len(knowledge.practices),
        "question": len(knowledge.bank.questions) + len(knowledge.gender.questions),
        "edition": len(knowledge.editions),
        "instrument": len(knowledge.instruments),
        "Member": sum(member.status == "member" for member in knowledge.members.members),
    }
    told = ", ".join(f"{n} {name}" if n == 1 else f"{n} {name}s" for name, n in counts.items())
    akin = "".join(f" and the {member.name.en}" for member in knowledge.members.members if member.status == "akin")
    click.echo(f"No fault: {told}{akin}.")


@click.command()
@click.argument("query")
@click.option("--factor", type=int, help="Only practices of this key factor, 1 to 10.")
@click.option("--member", help="Only practices of this Member: code or name.")
@click.option("--region", help="Only practices of this WCO region: code or name.")
@click.option("--edition", type=int, help="Only practices told in this edition of the newsletter.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many to show.")
@options.language("Language of the records searched.")
@FORMAT
@CONTENT
def search(
    query: str,
    factor: int | None,
    member: str | None,
    region: str | None,
    edition: int | None,
    limit: int,
    language: str,
    form: str,
    content: Path | None,
) -> None:
    """Find practices for the words of QUERY."""
    if not query.strip():
        raise Refusal("library.empty_query")
    root = find_root(content)
    knowledge = load(root)
    answer = rank(open_postings(root, language), query, filters(knowledge, factor, member, region, edition), limit)
    show(form, answer.as_json, _answer(answer, knowledge, phrases(language)))


def _answer(answer: Answer, knowledge: Knowledge, say: Phrases) -> Iterator[str]:
    asked = _apart(answer.query)
    if answer.hits:
        yield bold(say.count("search.found" if answer.complete else "search.some", answer.total, query=asked))
    else:
        yield say("search.none", query=asked)
    if answer.suggestion:
        yield say("search.suggestion", suggestion=_apart(answer.suggestion))
    if not answer.hits:
        yield say("search.try")
    if answer.nearest:
        yield f"{say('search.nearest')}{say('colon').rstrip()}"
    for number, hit in enumerate(answer.hits or answer.nearest, 1):
        document = hit.document
        names = say("list.and").join(knowledge.members.by_code[code].name.of(say.language) for code in document.members)
        factors = ", ".join(f"{n} {knowledge.declaration.factor(n).name.of(say.language)}" for n in document.factors)
        yield f"\n{number:>3}  {bold(document.title)}  [{document.id}]"
        facts = [names, factors, *([say("edition.n", number=document.edition)] if document.edition else [])]
        facts += [say("search.reported", date=say.date(document.reported))]
        yield f"     {' · '.join([*facts, *([say('site.aged')] if document.aged else [])])}"
        yield _indented(hit.snippet)


@click.command()
@CONTENT
@LANGUAGE
def new(content: Path | None, language: str) -> None:
    """Make the skeleton of a practice record from a few questions, and name it in its article."""
    root, say = find_root(content), phrases(language)
    knowledge = read_in_part(root)

    def a_title(answer: str) -> str:
        if not (title := on_one_line(answer)):
            raise Refusal("library.blank_title")
        return title

    def ask(what: str, read: Callable[[str], T], default: str | None = None) -> T:
        """The answer to a question as *read* takes it; where that raises ArushaError, its sentence and the question again."""

        def value(answer: str) -> T:
            try:
                return read(answer)
            except ArushaError as error:
                raise click.UsageError(in_words(error, say, "command")) from None

        answer: T = click.prompt(say(f"new.{what}"), default=default, value_proc=value)
        return answer

    member = ask("member", lambda answer: find_code(knowledge.members, answer))
    title = ask("title", a_title)
    key = ask("id", lambda answer: free_id(root, answer), default=slug(f"{member} {title}"))
    elements = ask("elements", knowledge.declaration.elements_in)
    kind = click.prompt(say("new.type"), type=OneOf(PracticeType))
    numbers = click.Choice([str(number) for number in knowledge.edition_by_number])
    edition = int(click.prompt(say("new.edition"), type=numbers))
    article = click.prompt(say("new.article"), type=click.Choice(list(knowledge.edition_by_number[edition].by_id)))
    record, told_in = root / "practices" / f"{key}.md", root / "editions" / str(edition) / "edition.yml"
    text = told_in.read_bytes().decode("utf-8")
    naming = with_practice(text, article, key)
    source, day = Source(edition=edition, article=article), datetime.now(UTC).date().isoformat()
    reported = knowledge.edition_by_number[edition].as_of
    write_whole(record, skeleton(key, title, member, elements, PracticeType(kind), source, reported, day))
    click.echo(say("new.made", file=record))
    if naming is None:
        click.echo(say("new.by_hand", id=key, article=article, file=told_in))
    elif naming != text:
        write_whole(told_in, naming)
        click.echo(say("new.named", article=article, file=told_in))
    click.echo(say("new.fill"))


def _apart(query: str) -> str:
    """What was asked as part of a sentence: short, without control characters, its direction of writing its own."""
    kept = turns_shown("".join(character for character in query if unicodedata.category(character) != "Cc"))
    cut = kept if len(kept) <= 100 else f"{kept[:100]}…"
    turns = {"R", "AL", "AN"}
    return f"\u2068{cut}\u2069" if any(unicodedata.bidirectional(each) in turns for each in cut) else cut


def _indented(snippet: str) -> str:
    width = max(40, min(shutil.get_terminal_size().columns, 100))
    text = textwrap.fill(snippet, width, initial_indent="     ", subsequent_indent="     ", break_on_hyphens=False)
    return text.replace("⟦", click.style("", bold=True, underline=True, reset=False)).replace(
        "⟧", click.style("", reset=True)
    )
