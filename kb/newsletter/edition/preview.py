"""One page for the editor, with every form of the edition to look at."""

from collections.abc import Mapping
from html import escape

from kb.base.interface import Phrases
from kb.newsletter.edition.issue import Issue
from kb.press import html
from kb.press.palette import INK, LINE, PAPER, PETROL, TEAL

_SHOWN = ("web", "pdf", "mail", "text")  # what a browser shows in the page itself
_STYLE = f"""
:root {{ color-scheme: light dark; --ground: {PAPER}; --ink: {INK}; --petrol: {TEAL}; --line: {LINE}; }}
:root {{ --edge: max(1.2rem, 50vw - 40rem); }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ --ground: #12181d; --ink: #e8e6e1; --petrol: #74c3cd; --line: #33404a; }} }}
body {{ margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 Georgia, "Noto Serif", serif; }}
header {{ background: {PETROL}; color: #fff; padding: 1.6rem var(--edge); }}
header h1 {{ margin: 0; }} header p {{ margin: .3rem 0 0; }}
.draft, .overridden {{ background: #f8ecdc; color: #6b3c0b; padding: .6rem var(--edge); margin: 0; font-weight: 700; }}
main {{ padding: 0 var(--edge) 3rem; }} a {{ color: var(--petrol); }} h2 {{ color: var(--petrol); margin: 2rem 0 .5rem; }}
ul {{ columns: 16rem; padding-left: 1.2rem; }}
iframe {{ width: 100%; height: 46rem; border: 1px solid var(--line); background: #fff; }}
.skip {{ position: absolute; left: -99rem; }} .skip:focus {{ left: .5rem; }}
.narrow {{ display: flex; flex-wrap: wrap; gap: 1rem; }}
.narrow iframe {{ width: 320px; }} .narrow iframe + iframe {{ flex: 1 1 30rem; width: auto; }}
"""


def render(issue: Issue, say: Phrases, forms: Mapping[str, tuple[str, int]], reason: str = "") -> str:
    """The page; *forms* gives for each form its file and bytes, *reason* why it was built in spite of errors."""
    items, frames = [], []
    for form, (file, size) in forms.items():
        name, weight = escape(say(f"print.form.{form}")), say.number(max(1, size / 1000))
        items.append(f'<li><a href="{file}">{name}</a> ({weight} {escape(say("print.kb"))})</li>\n')
        if form in _SHOWN:
            frame = f'<iframe src="{file}" title="{name}"></iframe>'
            if form in ("web", "mail"):
                phone = f'<iframe src="{file}" title="{name}, 320"></iframe>'
                frame = f'<div class="narrow">{phone}\n{frame}</div>'
            frames.append(f"<h2>{name}</h2>\n{frame}\n")
    told = f'<p class="overridden">{escape(say("print.overridden", reason=reason))}</p>\n' if reason else ""
    heading = escape(say("print.previews"))
    body = (
        f"<header><h1>{escape(issue.title)}</h1><p>{escape(issue.subtitle)}</p></header>\n{told}"
        f'<main id="text">\n<h2>{heading}</h2>\n<p>{escape(say("print.previews_about"))}</p>\n<ul>\n{"".join(items)}</ul>\n'
        f"{''.join(frames)}</main>\n"
    )
    return html.page(issue, say, f"{say('print.previews')} – {issue.title}", f"<style>{_STYLE}</style>", body)
