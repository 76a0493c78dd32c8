"""The call for contributions (Markdown, Word, e-mail) and the form that goes with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb.base.interface import Phrases
from kb.library.declaration import Declaration
from kb.newsletter.intake.submissions import LONG, PICTURE, SHORT
from kb.press.packing import saved

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

DAY = "2000-01-01"  # of the parts of the Word files, so that the same call has the same bytes
EMPTY_LINES = 3  # of the table on pictures


@dataclass(frozen=True)
class Part:
    """A piece of the call: `heading`, `text` or `items`."""

    kind: str
    texts: tuple[str, ...]


def parts(say: Phrases, edition: str, deadline: str, form: str) -> Iterator[Part]:
    """The call in its order; *edition* is how it names the edition, *deadline* a date or nothing."""
    yield Part("text", (say("call.dear"),))
    yield Part("text", (say("call.asks", edition=edition),))
    if deadline:
        yield Part("text", (say("call.deadline", date=say.date(deadline)),))
    yield Part("heading", (say("call.wanted"),))
    yield Part("items", tuple(say("call.wants").split("|")))
    yield Part("heading", (say("call.how"),))
    yield Part("text", (say("call.form", file=form),))
    yield Part("heading", (say("call.then"),))
    yield Part("items", tuple(say("call.steps").split("|")))
    yield Part("text", (say("call.thanks"),))
    yield Part("text", (say("call.sign"),))


def files(say: Phrases, declaration: Declaration, number: int | None, deadline: str) -> Mapping[str, bytes]:
    """The files of the call in one language, by name."""
    named = say("edition.titled.numbered", n=number) if number else say("edition.titled.plain")
    form = f"form-{say.language}.docx"
    told = tuple(parts(say, named, deadline, form))
    return {
        f"call-{say.language}.md": _markdown(told, say).encode(),
        f"call-{say.language}.txt": _email(told, say, named).encode(),
        f"call-{say.language}.docx": _word(told, say, named),
        form: template(say, declaration),
    }


def _markdown(told: tuple[Part, ...], say: Phrases) -> str:
    marks = {"heading": "## {}", "text": "{}", "items": "- {}"}
    pieces = [
        ("\n" if part.kind == "items" else "\n\n").join(marks[part.kind].format(t) for t in part.texts) for part in told
    ]
    return "\n\n".join([f"# {say('call.heading')}", *pieces]) + "\n"


def _email(told: tuple[Part, ...], say: Phrases, edition: str) -> str:
    marks = {"heading": "{}", "text": "{}", "items": "  - {}"}
    pieces = ["\n".join(marks[part.kind].format(text) for text in part.texts) for part in told]
    return "\n\n".join([say("call.subject", edition=edition), *pieces]) + "\n"


def _word(told: tuple[Part, ...], say: Phrases, edition: str) -> bytes:
    document = _new(say, say("call.subject", edition=edition))
    document.add_heading(say("call.heading"), 0)
    styles = {"text": "Normal", "items": "List Bullet"}
    for part in told:
        for text in part.texts:
            if part.kind == "heading":
                document.add_heading(text, 1)
            else:
                document.add_paragraph(text, style=styles[part.kind])
    return saved(document.save, DAY)


def template(say: Phrases, declaration: Declaration) -> bytes:
    """The form: a table of the short fields, a heading for each thing to tell, a table on pictures, the key factors."""
    document = _new(say, say("call.form_title"))
    document.add_heading(say("call.form_title"), 0)
    document.add_paragraph(say("call.form_intro"))
    table = _table(document, len(SHORT), 2, (6.0, 10.0))
    for row, name in zip(table.rows, SHORT, strict=True):
        _bold(row.cells[0], say(f"call.field.{name}"))
        _grey(row.cells[1].paragraphs[0], say(f"call.hint.{name}"))
    for name in LONG:
        document.add_heading(say(f"call.section.{name}"), 1)
        _grey(document.add_paragraph(), say(f"call.hint.{name}"))
    pictures = _table(document, 1 + EMPTY_LINES, len(PICTURE))
    for column, name in enumerate(PICTURE):
        _bold(pictures.rows[0].cells[column], say(f"call.picture.{name}"))
        _grey(pictures.rows[1].cells[column].paragraphs[0], say(f"call.hint.{name}"))
    document.add_paragraph()
    document.add_paragraph(say("call.hint.factors"))
    listed = _table(document, len(declaration.factors), 2, (1.2, 14.8))
    for row, factor in zip(listed.rows, declaration.factors, strict=True):
        row.cells[0].text, row.cells[1].text = str(factor.number), factor.name.of(say.language)
    return saved(document.save, DAY)


def _new(say: Phrases, title: str) -> "Document":
    """An empty document in the styles of the house, with room for a form."""
    import docx  # noqa: PLC0415 - the Word library only where a file is made
    from docx.shared import Cm  # noqa: PLC0415

    from kb.press import word  # noqa: PLC0415

    document = docx.Document()
    word.about(document, title, "", say.language, DAY)
    word.house_styles(document, say.language)
    page = document.sections[0]
    page.page_width, page.page_height = word.SIZES["a4"]
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.5)
    return document


def _table(document: "Document", rows: int, columns: int, widths: tuple[float, ...] = ()) -> "Table":
    """A table with lines; *widths* of the columns in centimetres."""
    from docx.shared import Cm  # noqa: PLC0415

    table: Table = document.add_table(rows, columns)
    table.style = "Table Grid"
    for column, width in zip(table.columns, widths, strict=False):
        for cell in column.cells:
            cell.width = Cm(width)
    return table


def _grey(paragraph: Any, text: str) -> None:
    """Guidance that is to be written over."""
    paragraph.style = "Hint"
    paragraph.add_run(text)


def _bold(cell: Any, text: str) -> None:
    cell.paragraphs[0].add_run(text).bold = True
