"""The parts of the book as HTML that is XHTML, too: what the one page and the e-book have in common."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

from kb.base.interface import Phrases
from kb.book.compilation import Book, Chapter, Entry, Part, runs_of
from kb.newsletter.edition import markup
from kb.press.parts import Block, Heading, Run


class Writer(markup.Writer):
    """Writes chapters and practices; a practice's title is a heading of *level*, and *address* says where it stands."""

    def __init__(self, book: Book, say: Phrases, level: int, address: Callable[[str], str]) -> None:
        super().__init__(say)
        self.book, self.level, self.address = book, level, address

    def about(self, level: int) -> str:
        """What the book is, and how results are marked."""
        book, say = self.book, self.say
        told = "".join(f"<p>{escape(each)}</p>\n" for each in book.about)
        marks = "".join(
            f'<dt><span class="mark {kind}">{escape(name)}</span></dt><dd>{escape(meaning)}</dd>\n'
            for kind, name, meaning in book.marks
        )
        heading = f"<h{level}>{escape(say('compile.about'))}</h{level}>\n"
        return (
            f'{heading}{told}<p class="label">{escape(say("evidence_heading"))}</p>\n<dl class="marks">\n{marks}</dl>\n'
        )

    def opening(self, chapter: Chapter, level: int) -> str:
        """The factor with its elements."""
        clauses = "".join(
            self.clause(clause.id, clause.short, clause.text, clause.practices, clause.invitation)
            for clause in chapter.clauses
        )
        empty = f'<p class="empty">{escape(chapter.empty)}</p>\n' if chapter.empty else ""
        return (
            f'<p class="kicker">{escape(chapter.label)}</p>\n'
            f"<h{level}>{chapter.factor} {escape(chapter.name)}</h{level}>\n"
            f'<p class="aim">{escape(chapter.aim)}</p>\n'
            f'<div class="clauses">\n<p class="label">{escape(self.say("compile.elements"))}</p>\n'
            f"<dl>\n{clauses}</dl>\n</div>\n{empty}"
        )

    def clause(self, key: str, short: str, text: str, practices: Sequence[str], invitation: str) -> str:
        """An element and the practices that serve it."""
        served = f'<br/><span class="serving">{self.serving(practices)}</span>' if practices else ""
        invited = f'<br/><span class="invitation">{escape(invitation)}</span>' if invitation else ""
        return f"<dt>{key}</dt><dd><strong>{escape(short)}.</strong> {escape(text)}{served}{invited}</dd>\n"

    def also(self, chapter: Chapter) -> str:
        """The practices of other chapters that serve the factor, too."""
        if not chapter.also:
            return ""
        label = escape(self.say("compile.also"))
        return f'<div class="also">\n<p class="label">{label}</p>\n{self.listing(chapter.also)}</div>\n'

    def entry(self, entry: Entry) -> str:
        """One practice."""
        level, say = self.level, self.say
        facts = "".join(f"<li>{escape(fact)}</li>" for fact in entry.facts)
        served = "".join(f"<li><b>{each.id}</b> {escape(each.short)}</li>" for each in entry.served)
        untranslated = f'<p class="untranslated">{escape(entry.untranslated)}</p>\n' if entry.untranslated else ""
        parts = "".join(self.part(part, level + 1) for part in entry.parts)
        return (
            f'<p class="members">{escape(entry.members)}</p>\n'
            f'<h{level}><span class="number">{entry.number}</span> '
            f"<span{self.lang(entry.language)}>{escape(entry.title)}</span></h{level}>\n"
            f'<ul class="facts"><li><span class="mark {entry.evidence}">{escape(entry.strength)}</span></li>{facts}{served}</ul>\n'
            f'{untranslated}<p class="summary"{self.lang(entry.summary.language)}>{self.runs(runs_of(entry.summary))}</p>\n{parts}'
            f'<p class="source"><b>{escape(say("site.source"))}</b>{escape(say("colon"))}{escape(entry.source)}</p>\n'
        )

    def part(self, part: Part, level: int) -> str:
        """A part of a practice under its label."""
        label = f"<h{level}>{escape(part.label)}</h{level}>\n"
        return f"{label}<div{self.lang(part.language)}>{self.blocks(part.blocks)}</div>\n"

    def block(self, block: Block) -> str:
        """One block; headings of a text go below that of its part."""
        if isinstance(block, Heading):
            block = replace(block, level=min(6, block.level + self.level))
        return super().block(block)

    def reference(self, run: Run) -> str:
        """The number of a footnote, which stands at the end of its text."""
        return f"<sup>{run.note}</sup>"

    def sources(self, level: int) -> str:
        """The articles and what they say of themselves."""
        items = "".join(
            f'<li>{escape(each.name)}<br/><span class="serving">{self.serving(each.practices)}</span></li>\n'
            for each in self.book.sources
        )
        notes = "".join(f'<p class="disclaimer">{escape(each)}</p>\n' for each in self.book.disclaimers)
        return (
            f'<h{level}>{escape(self.say("compile.sources"))}</h{level}>\n<ul class="sources">\n{items}</ul>\n{notes}'
        )

    def index(self, level: int) -> str:
        """The Members with their practices."""
        members = "".join(
            f'<div class="member"><p class="label">{escape(each.name)}</p>\n{self.listing(each.practices, who=False)}</div>\n'
            for each in self.book.index
        )
        return f'<h{level}>{escape(self.say("compile.index"))}</h{level}>\n<div class="index">\n{members}</div>\n'

    def abbreviations(self, level: int) -> str:
        """The list of abbreviations."""
        rows = "".join(
            f"<dt>{escape(each.term)}</dt><dd>{escape(each.expansion)}</dd>\n" for each in self.book.abbreviations
        )
        return (
            f'<h{level}>{escape(self.say("print.abbreviations"))}</h{level}>\n<dl class="abbreviations">\n{rows}</dl>\n'
        )

    def listing(self, practices: Sequence[str], *, who: bool = True) -> str:
        """Practices by number and title, and by Member if asked."""
        items = []
        for entry in map(self.book.by_id.__getitem__, practices):
            members = f' <span class="who">– {escape(entry.members)}</span>' if who else ""
            title = f'<span class="number">{entry.number}</span> {escape(entry.title)}'
            items.append(
                f'<li><a href="{self.address(entry.id)}"{self.lang(entry.language)}>{title}</a>{members}</li>\n'
            )
        return f'<ul class="listed">\n{"".join(items)}</ul>\n'

    def serving(self, practices: Sequence[str]) -> str:
        """The numbers of practices as links."""
        links = (f'<a href="{self.address(key)}">{self.book.by_id[key].number}</a>' for key in practices)
        return self.say.count("compile.serving", len(practices), numbers=", ".join(links))

    def lang(self, language: str) -> str:
        """The language of a text where it is not the book's."""
        return "" if language == self.book.language else f' lang="{language}" xml:lang="{language}"'
