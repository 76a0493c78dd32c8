"""A finished action told to others: the draft of an article for the newsletter, with the ids that it goes back to."""

import re
from collections.abc import Iterable
from pathlib import Path

from assessment import output
from assessment.actions import Action, Reached, Status, achievement, reached
from assessment.plan.telling import degree, percent, quantity, target
from assessment.rendering.markdown import as_markdown
from assessment.rendering.texts import first_line, short
from kb.base.interface import Phrases, Refusal
from kb.base.markdown_text import harmless
from kb.base.vocabulary import ArticleKind, Language
from kb.newsletter import folder

_MARK = re.compile(r"^(?=[#>*|`~_])")
LONGEST_TITLE = 160


def draft(action: Action, member: str | None, say: Phrases, *, internal: bool = False) -> folder.Article:
    """The article of an action that is done, says what was done, and has a measured result. Raises ArushaError for any other.

    One that is not public is told only where that is said with *internal*.
    """
    if action.status is not Status.DONE:
        raise Refusal("told.not_done", id=action.id)
    if action.as_drafted:
        raise Refusal("told.drafted", id=action.id)
    if not action.measure:
        raise Refusal("told.no_measure", id=action.id)
    if not any(each.value is not None for each in reached(action)):
        raise Refusal("told.no_result", id=action.id)
    if not (action.public or internal):
        raise Refusal("told.not_public", id=action.id)
    head = folder.ArticleHead(
        kind=ArticleKind.MEMBER if member else ArticleKind.PROJECT,
        title=short(first_line(action.measure), LONGEST_TITLE),
        member=member,
        language=Language(say.language),
        state=folder.ArticleState.RECEIVED,
        action=folder.Trace(
            id=action.id,
            gaps=action.origin.gaps,
            risk=action.origin.risk,
            practices=tuple(each.id for each in action.practices),
        ),
    )
    return folder.Article("", head, _body(action, say))


def _body(action: Action, say: Phrases) -> str:
    days = sorted(result.date for result in action.results)
    period = say("plan.from_to", start=say.date(min(action.start or days[0], days[0])), due=say.date(days[-1]))
    parts = [
        f"## {say('plan.article_problem')}",
        _prose(action.problem),
        f"## {say('plan.article_done')}",
        _prose(action.measure),
        f"## {say('plan.article_results')}",
        *((_prose(say("plan.article_aim", result=action.result)),) if action.result else ()),
        say("plan.article_period", period=period),
        _listed(_result(each, say) for each in reached(action) if each.value is not None),
        say("plan.article_achieved", achievement=percent(achievement(action), say)),
        *(_prose(result.note) for result in action.results if result.note),
    ]
    if action.practices:
        parts += [f"## {say('plan.article_practices')}", _listed(each.citation for each in action.practices)]
    return "\n\n".join(parts)


def _result(each: Reached, say: Phrases) -> str:
    """What an indicator has come to, in a sentence."""
    indicator = each.indicator
    return say(
        "plan.article_result",
        indicator=indicator.text,
        baseline=quantity(indicator.baseline, indicator, say),
        value=quantity(each.value, indicator, say),
        date=say.date(each.date or ""),
        target=target(indicator, say),
        degree=degree(each, say),
    )


def _listed(texts: Iterable[str]) -> str:
    return "\n".join(f"- {_prose(text)}" for text in texts)


def _prose(text: str) -> str:
    """A text as Markdown of the same paragraphs and lists, and no other sign at a line's head that would mean more."""
    return as_markdown(text, lambda line: _MARK.sub(r"\\", harmless(" ".join(line.split()))))


def write(path: Path, article: folder.Article) -> Path:
    """Write the article into a folder, the next of its edition where it is one; where it lies comes back. Raises ArushaError."""
    trace = article.head.action
    assert trace is not None  # noqa: S101 - draft() gives one
    name = f"{(article.head.member or 'action').lower()}-{trace.id}"
    if folder.is_edition(path):
        edition = folder.read(path)
        if any(
            each.head.action and each.head.action.id == trace.id and each.head.member == article.head.member
            for each in edition.articles
        ):
            raise Refusal("told.again", path=path, id=trace.id)
        last = max((int(each.split("-", 1)[0]) for each in edition.head.articles), default=0)
        made = folder.Article(f"{last + 1:02}-{name}.md", article.head, article.body)
        output.write(path / made.file, folder.as_text(made))
        listed = edition.head.model_copy(update={"articles": (*edition.head.articles, made.file.removesuffix(".md"))})
        folder.write_edition(path, listed)
        return path / made.file
    made = folder.Article(f"01-{name}.md", article.head, article.body)
    if (path / made.file).exists():
        raise Refusal("told.exists", path=path / made.file)
    output.write(path / made.file, folder.as_text(made))
    return path / made.file
