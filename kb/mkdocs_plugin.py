"""MkDocs sees the knowledge base through this plugin, and only here."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import base, load_config
from mkdocs.config import config_options as option
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files

from kb import mould, opendata, pages, related, shards
from kb.errors import ArushaError
from kb.files import write_whole
from kb.interface import Phrases, phrases
from kb.knowledge import Knowledge, load
from kb.search import labels, open_postings

MADE = ".arusha-pages.json"
_LINK = re.compile(r"\]\(([^)\s#]*?)([a-z0-9-]+)\.md(?=[)#])")


class PluginConfig(base.Config):  # type: ignore[no-untyped-call]
    """Settings of the plugin in mkdocs.yml. *earlier*: an earlier build, whose unchanged practice pages are taken over."""

    language = option.Choice(("en", "fr"), default="en")
    earlier = option.Optional(option.Type(str))
    beside = option.Type(bool, default=True)


class ArushaPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """Gives MkDocs the generated pages in place of the content folder's own files, and the search its index."""

    knowledge: Knowledge
    say: Phrases
    practice_pages: dict[str, str]
    french: subprocess.Popen[bytes] | None = None
    serving = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Note whether the content may change while we run."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the content and set the navigation; refuse to build over what is committed."""
        target = Path(config.site_dir).resolve()
        for kept in (*config.theme.dirs, config.docs_dir):
            if Path(kept).resolve().is_relative_to(target):
                raise PluginError(
                    f"site_dir {target} holds {kept}, which a build would delete; choose another folder, such as site/public"
                )
        root = Path(config.docs_dir)
        if self.serving:
            load.cache_clear()
            phrases.cache_clear()
        try:
            self.say = phrases(self.config.language, root)
            self.knowledge = load(root)
        except ArushaError as error:
            raise PluginError(str(error)) from None
        config.nav = pages.navigation(self.say)
        config.extra["search_words"] = {key: self.say(f"search.box_{key}") for key in ("one", "other")}
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Keep Material's search box and give its own index nothing to read; start the French site beside the English one."""
        for plugin in config.plugins.values():
            if (index := getattr(plugin, "search_index", None)) is not None:
                index.add_entry_from_context = lambda page: None
        if self.config.language == "en" and self.config.beside:
            wanted = [config.config_file_path, config.docs_dir, _french_folder(config), self.config.earlier or ""]
            command = [
                sys.executable,
                "-c",
                "import sys; from kb.mkdocs_plugin import build_french as b; b(*sys.argv[1:])",
            ]
            self.french = subprocess.Popen(  # noqa: S603 - our own interpreter, our own paths
                [*command, *map(str, wanted)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Take out the content folder's files and put the generated pages in; practice pages are cast afterwards."""
        docs = Path(config.docs_dir).resolve()
        kept: list[File] = [
            file
            for file in files
            if file.generated_by or not file.abs_src_path or not Path(file.abs_src_path).resolve().is_relative_to(docs)
        ]
        self.postings = open_postings(self.knowledge.root, self.config.language)
        close = related.find(self.postings, self.knowledge.practice_by_id)
        texts = pages.make(self.knowledge, self.say, close, config.site_url or "")
        self.practice_pages = {name: texts.pop(name) for name in list(texts) if _is_practice(name)}
        made = [File.generated(config, name, content=self._to_pages(name, text)) for name, text in texts.items()]
        made += [File.generated(config, _html(name), content="") for name in self.practice_pages]
        return Files([*kept, *made, File.generated(config, f"practices/{mould.NAME}.md", content=mould.PAGE)])

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Cast the practice pages, write the search index and the data, and take in the French site."""
        site = Path(config.site_dir)
        self._cast(config, site)
        files = shards.make(self.postings, labels(self.knowledge, self.say), pages.search_phrases(self.say))
        made = {f"search/{name}": text for name, text in files.items()} | pages.moved(self.knowledge)
        stub = (site / "search" / "search_index.json").read_text(encoding="utf-8")
        made["search/search_index.js"] = f"var __index = {stub}"  # what Material asks for on file://
        made |= opendata.one_language(self.knowledge, self.say, config.site_url or "")
        if self.config.language == "en":
            made |= opendata.both_languages(self.knowledge, config.site_url or "")
        for name, text in made.items():
            write_whole(site / name, text, durable=False)
        if self.french is not None:
            said, _ = self.french.communicate()
            if self.french.returncode:
                raise PluginError(f"the French site could not be built:\n{said.decode(errors='replace').strip()}")
            shutil.move(_french_folder(config), site / "fr")

    def on_build_error(self, *, error: Exception) -> None:
        """Do not leave the French build running."""
        if self.french is not None:
            self.french.kill()
            self.french.wait()

    def _to_pages(self, name: str, text: str) -> str:
        """A page with its links to practices leading to their HTML pages, which MkDocs does not render itself."""

        def leading(match: re.Match[str]) -> str:
            folder, key = match.groups()
            inside = folder.endswith("practices/") or (not folder and name.startswith("practices/"))
            return f"]({folder}{key}.html" if inside and key in self.knowledge.practice_by_id else match[0]

        return _LINK.sub(leading, text)

    def _cast(self, config: MkDocsConfig, site: Path) -> None:
        """Write every practice page, or link it from the earlier build where it would be the same."""
        shape = site / "practices" / f"{mould.NAME}.html"
        caster = mould.Caster(
            mould.Mould.of(shape.read_text(encoding="utf-8")), config.markdown_extensions, config.mdx_configs
        )
        shape.unlink()
        earlier = Path(self.config.earlier) if self.config.earlier else None
        known = _read_keys(earlier / MADE) if earlier else {}
        keys: dict[str, str] = {}
        for name, text in self.practice_pages.items():
            keys[name] = caster.key(text)
            page = site / _html(name)
            if earlier is None or known.get(name) != keys[name] or not _taken_over(earlier / _html(name), page):
                page.write_text(caster.cast(Path(name).stem, text), encoding="utf-8")
        write_whole(site / MADE, json.dumps(keys), durable=False)


def build_french(config_file: str, docs: str, target: str, earlier: str) -> None:
    """Build the French site; a process of its own, so that it runs beside the English one."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    config = load_config(str(Path(config_file).with_name("mkdocs.fr.yml")), docs_dir=docs, site_dir=target, strict=True)
    config.plugins["arusha"].config.earlier = str(Path(earlier) / "fr") if earlier else None
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    config.plugins.on_shutdown()


def _french_folder(config: MkDocsConfig) -> Path:
    site = Path(config.site_dir).resolve()
    return site.with_name(f".{site.name}.fr")


def _is_practice(name: str) -> bool:
    return name.startswith("practices/") and name != "practices/index.md"


def _html(name: str) -> str:
    return f"{name.removesuffix('.md')}.html"


def _read_keys(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _taken_over(old: Path, new: Path) -> bool:
    """Link an unchanged page of the earlier build, or copy it where links are not to be had."""
    try:
        new.unlink(missing_ok=True)
        try:
            os.link(old, new)
        except OSError:
            shutil.copyfile(old, new)
    except OSError:
        return False
    return True
