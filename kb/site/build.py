"""The site of the knowledge base: built into a folder, whole or not at all."""

import logging
import os
import re
from pathlib import Path

import yaml

from kb.base import links
from kb.base.files import clear, replace_folder, write_whole
from kb.base.interface import Refusal, phrases
from kb.base.places import project_folder
from kb.base.vocabulary import Language
from kb.library.content import find_root
from kb.library.knowledge import load
from kb.site import pages

MARK = ".arusha-site"
COMMITMENTS = ("index.html", "fr/index.html")
_ADDRESS = re.compile(
    r"https?://((?:[a-z0-9-]+\.)*[a-z0-9-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?(/(?:[a-z0-9._~/!$()*+,;=:@-]|%[0-9a-f]{2})*)?",
    re.I,
)


def build(
    target: Path, content: Path | None = None, commitments: Path | None = None, address: str | None = None
) -> int:
    """Build the site into *target* and say how many pages it has; an earlier site there is replaced at the end.

    *commitments*: a folder made by `arusha plan tracker`, which goes with the site. *address*: where the site will stand;
    as mkdocs.yml says if not given. Raises ArushaError if *target* holds something else, if *commitments* is no such folder,
    if *address* is none of the web, or if a page has a broken link.
    """
    if address is not None and not _ADDRESS.fullmatch(address):
        raise Refusal("site.no_address", address=address)
    if commitments is not None and not all((commitments / page).is_file() for page in COMMITMENTS):
        raise Refusal("site.no_commitments", path=commitments)
    clear(target.parent)
    _expect_ours(target)
    root = find_root(content).resolve()  # as MkDocs will name it, so that it is read once
    load(root)
    for language in Language:
        phrases(language, root)
    with replace_folder(target) as made:
        earlier = target if (target / MARK).exists() else None
        _run_mkdocs(root, made, earlier, commitments is not None, address)
        if commitments is not None:
            for page in COMMITMENTS:
                write_whole(made / "commitments" / page, (commitments / page).read_bytes(), durable=False)
        (made / MARK).write_text("Built by arusha; a new build replaces this folder.\n", encoding="utf-8")
    return sum(1 for _ in target.rglob("*.html"))


def _expect_ours(target: Path) -> None:
    """Refuse to replace what is no site of ours and no empty folder."""
    if target.exists() and not target.is_dir():
        raise Refusal("site.is_file", path=target)
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).exists():
        raise Refusal("site.other_things", path=target)


def serve(root: Path, port: int) -> None:
    """Serve the site on the loopback address and build it anew when a file of *root* changes."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.serve import serve as mkdocs_serve  # noqa: PLC0415 - heavy, and only needed here

    load(root)
    mkdocs_serve(str(project_folder() / "mkdocs.yml"), dev_addr=f"127.0.0.1:{port}", docs_dir=str(root.resolve()))


def write_pages(folder: Path, root: Path, language: str) -> int:
    """Write the pages as Markdown with a minimal `mkdocs.yml` beside them, and say how many. Raises ArushaError.

    The tree is what any generator that reads Markdown and `nav` can build: MkDocs is one thin adapter.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("site.not_empty", path=folder)
    say = phrases(language, root)
    made = pages.make(load(root), say)
    for name, text in made.items():
        plain = re.sub(r"^template: .*\n", "", text, count=1, flags=re.M)  # those are our theme's own
        write_whole(folder / "docs" / name, plain, durable=False)
    settings = {
        "site_name": say("site.name"),
        "use_directory_urls": False,
        "theme": {"name": "material", "language": str(language), "font": False},
        "markdown_extensions": list(links.EXTENSIONS),
        "nav": pages.navigation(say),
    }
    write_whole(folder / "mkdocs.yml", yaml.safe_dump(settings, allow_unicode=True, sort_keys=False))
    return len(made)


def _run_mkdocs(root: Path, made: Path, earlier: Path | None, commitments: bool, address: str | None) -> None:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build as mkdocs_build  # noqa: PLC0415 - heavy, and only needed here
    from mkdocs.config import load_config  # noqa: PLC0415
    from mkdocs.exceptions import MkDocsException  # noqa: PLC0415

    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        config = load_config(
            str(project_folder() / "mkdocs.yml"),
            docs_dir=str(root),
            site_dir=str(made.resolve()),
            site_url=address,
            strict=True,
        )
        config.plugins["arusha"].config.earlier = str(earlier.resolve()) if earlier else None
        config.plugins["arusha"].config.commitments = commitments
        config.plugins.on_startup(command="build", dirty=False)
        mkdocs_build(config)
        config.plugins.on_shutdown()
    except MkDocsException as error:
        raise Refusal("site.unbuilt", reason=str(error)) from None
