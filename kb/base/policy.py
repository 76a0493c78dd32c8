"""The content policy of every page of ours: a browser runs none but our own scripts, whatever else has got into a page."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256

CHARSET = '<meta charset="utf-8">'
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)  # with attributes it is data or comes from a file
_STYLE = re.compile(r"<style>(.*?)</style>", re.S)


def for_site(page: str, content: str = "") -> str:
    """A page of the site with its policy: scripts, styles and data from the site's files, and the theme's own inline scripts.

    *content*: what the page shows of the knowledge base; no script in it is the theme's. Raises ValueError if it is not there.
    """
    if content not in page:
        raise ValueError("the theme shows the content of a page in a way that is not known here")
    scripts = _hashes(_SCRIPT, page.replace(content, "") if content else page)
    return _with(
        page,
        f"default-src 'none'; script-src 'self'{scripts}; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'",
    )


def for_one_page(page: str) -> str:
    """A page that needs no other file, with its policy: the styles of its head, pictures that stand in it, and no script."""
    styles = _hashes(_STYLE, page.partition("<body")[0]) or " 'none'"
    return _with(page, f"default-src 'none'; style-src{styles}; img-src data:; form-action 'none'; base-uri 'none'")


def with_script(page: str, script: str) -> str:
    """A page of the site whose policy takes one script more."""
    return page.replace("; script-src 'self'", f"; script-src 'self' {_hash(script)}", 1)


def _with(page: str, policy: str) -> str:
    if CHARSET not in page:
        raise ValueError(f"the page lacks {CHARSET}")
    return page.replace(CHARSET, f'{CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def _hashes(inline: re.Pattern[str], text: str) -> str:
    return "".join(f" {each}" for each in dict.fromkeys(map(_hash, inline.findall(text))))


@cache
def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
