"""MkDocs sees the knowledge base through this plugin, and only here."""

import gc
import html
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from mkdocs.commands.build import build
from mkdocs.config import base, load_config
from mkdocs.config import config_options as option
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from kb.base import cache, links, policy
from kb.base.errors import ArushaError
from kb.base.interface import Phrases, phrases
from kb.base.vocabulary import Language
from kb.library.knowledge import Knowledge, load
from kb.search import related, shards
from kb.search.index import labels, open_postings
from kb.search.ranking import Postings
from kb.site import filling, local, opendata, pages

MADE = ".arusha-pages.json"
_SWITCH = re.compile(r'(<input class="md-toggle" [^>]*) autocomplete="off">')
_STUB = "# …"  # what MkDocs renders for a finished page of the navigation, which must hold Markdown files
_LINK = re.compile(r"\]\(([^)\s#:]+)\.md(?=[)#])")


class PluginConfig(base.Config):  # type: ignore[no-untyped-call]
    """Settings of the plugin in mkdocs.yml.

    *earlier*: an earlier build, whose unchanged practice pages are taken over. *commitments*: whether the front page leads to
    the public commitments, which the caller puts beside the site.
    """

    language = option.Choice(("en", "fr"), default="en")
    earlier = option.Optional(option.Type(str))
    beside = option.Type(bool, default=True)
    commitments = option.Type(bool, default=False)


class ArushaPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """Gives MkDocs the generated pages in place of the content folder's own files, and the search its index."""

    knowledge: Knowledge
    say: Phrases
    address: str  # where the whole site will stand, in both languages; empty if that is not known
    postings: Postings
    texts: dict[str, str]  # the pages as Markdown, but for practice pages that are taken over
    keys: dict[str, str]  # of all pages: a page with the same key is the same page
    finished: set[str]
    judge: links.Judge
    past: "Earlier"
    french: subprocess.Popen[bytes] | None = None
    french_folder: Path
    serving = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Note whether the content may change while we run, and let Python look for dead objects less often: few of ours die."""
        self.serving = command == "serve"
        gc.set_threshold(100_000, 50, 50)

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the content and set the navigation; refuse to build over what is committed."""
        target = Path(config.site_dir).resolve()
        for kept in (*config.theme.dirs, config.docs_dir):
            if Path(kept).resolve().is_relative_to(target):
                raise PluginError(
                    f"site_dir {target} holds {kept}, which a build would delete; choose another folder, such as site/public"
                )
        self.address = config.site_url or ""
        if self.address:
            config.site_url = _home(self.address, self.config.language)
        homes = self._homes()
        config.extra["homes"] = homes and homes | {"x-default": self.address}
        root = Path(config.docs_dir)
        if self.serving:
            load.cache_clear()
            phrases.cache_clear()
        try:
            self.say = phrases(self.config.language, root)
            self.knowledge = load(root)
            config.extra["missing"] = [_missing(phrases(language, root), self._path()) for language in Language]
        except ArushaError as error:
            raise PluginError(str(error)) from None
        self.judge = links.Judge(within=True)
        config.markdown_extensions.append(self.judge)  # type: ignore[arg-type]  # which Python-Markdown takes as well
        config.nav = pages.navigation(self.say)
        config.extra["search_broken"] = self.say("search.box_broken")
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Start the French site beside the English one."""
        if self.config.language == "en" and self.config.beside:
            site = Path(config.site_dir).resolve()
            self.french_folder = site.with_name(f".{site.name}.fr")
            wanted = [config.config_file_path, config.docs_dir, self.french_folder, self.config.earlier or ""]
            wanted += ["commitments" if self.config.commitments else "", self.address]
            command = [
                sys.executable,
                "-c",
                "import sys; from kb.site.plugin import build_french as b; b(*sys.argv[1:])",
            ]
            self.french = subprocess.Popen(  # noqa: S603 - our own interpreter, our own paths
                [*command, *map(str, wanted)],
                stdin=subprocess.PIPE,  # which ends with this process, and the child with it
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Put the generated pages in place of the content folder's files.

        MkDocs renders what changed, and of the practice pages one template, which those that changed are filled into afterwards. The
        others are finished: it knows of them, so that links are checked, and they are put in their places at the end.
        """
        self.postings = open_postings(self.knowledge.root, self.config.language)
        close = related.find(self.postings, self.knowledge.practice_by_id)
        address, theme = config.site_url or "", _theme(config)
        self.past = Earlier.read(self.config.earlier)
        made_from = pages.practice_keys(self.knowledge, self.say, close, address)
        self.keys = {name: cache.key(theme, key) for name, key in made_from.items()}
        unchanged = {name for name, key in self.keys.items() if self.past.has(name, key)}
        self.texts = pages.make(
            self.knowledge, self.say, close, address, unchanged, commitments=self.config.commitments
        )
        self.keys |= {name: cache.key(theme, text) for name, text in self.texts.items() if name not in made_from}
        self.finished = {name for name, key in self.keys.items() if name in made_from or self.past.has(name, key)}
        docs = Path(config.docs_dir).resolve()
        return Files([*(file for file in files if not _is_within(file, docs)), *self._generated(config)])

    def _generated(self, config: MkDocsConfig) -> Iterator[File]:
        navigated = {path for entry in config.nav or () for path in entry.values()}
        for name in self.finished:
            yield Finished.generated(config, _html(name), content="")
        for name in self.finished & navigated:
            yield File.generated(config, name, content=_STUB)
        for name in self.texts:
            if name not in self.finished:
                yield File.generated(config, name, content=self._to_pages(name, self.texts[name]))
        yield File.generated(config, f"practices/{filling.NAME}.md", content=filling.PAGE)

    def on_template_context(
        self, context: TemplateContext, /, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Let the French page for missing pages lead to French pages; it may answer at any address, so its links are absolute."""
        if template_name == "404.html" and self.config.language == "fr":
            context["base_url"] = f"{self._path()}fr"
        return context

    def on_page_markdown(self, markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Escape title and description, which Material puts into its HTML as they are."""
        for name, quote in (("title", False), ("description", True)):
            if name in page.meta:
                page.meta[name] = html.escape(str(page.meta[name]), quote)

    def on_page_content(self, content: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Refuse a page that leads where none may."""
        self._refuse(page.file.src_uri)

    def on_post_page(self, output: str, /, *, page: Page, config: MkDocsConfig) -> str:
        """Mend what Material writes wrongly, and give the page its policy."""
        return policy.for_site(mended(output), page.content or "")

    def on_post_template(self, output_content: str, /, *, template_name: str, config: MkDocsConfig) -> str:
        """The same for the page for missing pages."""
        return policy.for_site(mended(output_content)) if template_name.endswith(".html") else output_content

    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: object) -> LiveReloadServer:
        """Let the server of drafts answer this computer alone."""
        server.set_app(local.guarded(server.serve_request, *config.dev_addr))
        return server

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Fill in the practice pages, write the search index and the data, and take in the French site."""
        site = Path(config.site_dir)
        self._finish(config, site)
        files = shards.make(self.postings, labels(self.knowledge, self.say), pages.search_phrases(self.say))
        made = {f"search/{name}": text for name, text in files.items()}
        made |= pages.moved(self.knowledge, self.say, config.site_url or "")
        made |= opendata.one_language(self.knowledge, self.say, config.site_url or "")
        if self.config.language == "en":
            made |= opendata.both_languages(self.knowledge, self.address)
            if self.address:
                made["sitemap.xml"] = pages.sitemap(self.keys, self._homes().values())
        made[MADE] = json.dumps(self.keys, indent=0)
        for name in ("sitemap.xml", "sitemap.xml.gz"):
            (site / name).unlink(missing_ok=True)  # MkDocs's own, of the pages that it rendered itself
        for folder in {(site / name).parent for name in made}:
            folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (site / name).write_bytes(text.encode())
        self._take_in_french(site)

    def _take_in_french(self, site: Path) -> None:
        french, self.french = self.french, None  # MkDocs keeps this object for the next build of the process
        if french is None:
            return
        with french:  # it ends before its input does, which communicate() would close first
            said = french.stdout.read() if french.stdout else b""
            french.wait()
        if french.returncode:
            raise PluginError(f"the French site could not be built:\n{said.decode(errors='replace').strip()}")
        shutil.move(self.french_folder, site / "fr")

    def on_build_error(self, *, error: Exception) -> None:
        """Do not leave the French build running."""
        french, self.french = self.french, None
        if french is not None:
            french.kill()
            french.communicate()
            shutil.rmtree(self.french_folder, ignore_errors=True)

    def _homes(self) -> dict[str, str]:
        """The address where each language's site begins; none if it is not known."""
        built = [language for language in Language if self.config.beside or language == self.config.language]
        return {language: _home(self.address, language) for language in built} if self.address else {}

    def _path(self) -> str:
        """Where the whole site stands on its server, as far as it is known."""
        return urlsplit(self.address or "/").path.rstrip("/") + "/"

    def _to_pages(self, name: str, text: str) -> str:
        """A page with its links to finished pages leading to their HTML, which MkDocs does not render itself."""
        folder = PurePosixPath(name).parent

        def leading(match: re.Match[str]) -> str:
            target = os.path.normpath(folder / f"{match[1]}.md").replace(os.sep, "/")
            return f"]({match[1]}.html" if target in self.finished else match[0]

        return _LINK.sub(leading, text)

    def _finish(self, config: MkDocsConfig, site: Path) -> None:
        """Take the unchanged pages over from the earlier build, and fill in the practice pages that changed."""
        shape = site / "practices" / f"{filling.NAME}.html"
        filler = filling.Filler(
            filling.PageTemplate.of(shape.read_text(encoding="utf-8")), config.markdown_extensions, config.mdx_configs
        )
        shape.unlink()
        for folder in {(site / name).parent for name in self.finished}:
            folder.mkdir(parents=True, exist_ok=True)
        for name in sorted(self.finished):
            if self.past.has(name, self.keys[name]):
                self.past.give(name, site / _html(name))
            else:
                page = filler.fill(Path(name).stem, self.texts[name])
                self._refuse(name)
                (site / _html(name)).write_bytes(page.encode())

    def _refuse(self, name: str) -> None:
        """Raise PluginError if the page rendered last held what no page may; the judge has taken it out."""
        if self.judge.refused:
            told = "”, “".join(self.judge.refused)
            raise PluginError(
                f"{name}: holds “{told}”, which no page may; run “arusha kb check” and mend what it names"
            )


class Finished(File):
    """A page that MkDocs need not write."""

    def copy_file(self, dirty: bool = False) -> None:
        """Leave its place empty."""


@dataclass(frozen=True)
class Earlier:
    """An earlier build: its folder and the keys of the pages in it."""

    folder: Path | None
    keys: dict[str, str]

    @classmethod
    def read(cls, folder: str | None) -> "Earlier":
        """The earlier build in *folder*; none if there is no folder or its keys cannot be read."""
        try:
            found = json.loads((Path(folder) / MADE).read_text(encoding="utf-8")) if folder else {}
        except (OSError, ValueError):
            found = {}
        return cls(Path(folder) if folder else None, found if isinstance(found, dict) else {})

    def has(self, name: str, key: str) -> bool:
        """Whether a page would be the same as it was."""
        return self.folder is not None and self.keys.get(name) == key and (self.folder / _html(name)).is_file()

    def give(self, name: str, page: Path) -> None:
        """Link a page into the new build, or copy it where links are not to be had. Raises OSError if it is gone."""
        assert self.folder is not None  # noqa: S101 - it has the page
        page.unlink(missing_ok=True)  # a stub, perhaps
        try:
            os.link(self.folder / _html(name), page)
        except OSError:
            shutil.copyfile(self.folder / _html(name), page)


def _is_within(file: File, folder: Path) -> bool:
    """Whether a file is of the content folder and not of the theme or generated."""
    return bool(
        not file.generated_by and file.abs_src_path and Path(file.abs_src_path).resolve().is_relative_to(folder)
    )


def mended(page: str) -> str:
    """A page without the two errors of Material 9.8 that no block holds: `autocomplete` on its switches, which HTML forbids."""
    return _SWITCH.sub(r"\1>", page, count=2)


def build_french(config_file: str, docs: str, target: str, earlier: str, commitments: str, address: str) -> None:
    """Build the French site of the whole at *address*; a process of its own, so that it runs beside the English one.

    It ends with the process that started it, however that ends: its input does then.
    """
    threading.Thread(target=_end_with_input, daemon=True).start()
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    config_file = str(Path(config_file).with_name("mkdocs.fr.yml"))
    config = load_config(config_file, docs_dir=docs, site_dir=target, site_url=address, strict=True)
    config.plugins["arusha"].config.earlier = str(Path(earlier) / "fr") if earlier else None
    config.plugins["arusha"].config.commitments = bool(commitments)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    config.plugins.on_shutdown()


def _end_with_input() -> None:
    os.read(0, 1)  # nothing is ever written there
    os._exit(1)


def _missing(say: Phrases, path: str) -> dict[str, str]:
    """What the page for missing pages says in one language, and where that language's site begins below *path*."""
    told = {"title": "missing", "text": "missing_text", "home": "home", "search": "search_title"}
    return {"language": say.language, "root": _home(path, say.language)} | {
        name: say(f"site.{key}") for name, key in told.items()
    }


def _home(whole: str, language: str) -> str:
    """Where a language's site begins, if the whole begins at *whole*."""
    return whole if language == Language.EN else f"{whole}{language}/"


def _html(name: str) -> str:
    return f"{name.removesuffix('.md')}.html"


def _theme(config: MkDocsConfig) -> str:
    """What changes when the theme, its settings or the programs that render it do."""
    overrides = Path(config.config_file_path).parent / "site" / "overrides"
    settings = sorted(Path(config.config_file_path).parent.glob("mkdocs*.yml"))
    files = [path for path in (*sorted(overrides.rglob("*")), *settings) if path.is_file()]
    programs = ("mkdocs", "mkdocs-material", "jinja2", "markdown", "pymdown-extensions")
    told = json.dumps([config.nav, config.site_url, *map(config.extra.get, ("homes", "search_broken"))])
    return cache.key(
        cache.program(),
        told,
        *(part for path in files for part in (path.name, path.read_bytes())),
        *map(version, programs),
    )
