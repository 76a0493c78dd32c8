"""MkDocs sees the knowledge base through this plugin, and only here."""

from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import base, load_config
from mkdocs.config import config_options as option
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files

from kb import pages, shards
from kb.errors import ArushaError
from kb.files import write_whole
from kb.interface import Phrases, phrases
from kb.knowledge import Knowledge, load
from kb.ranking import Postings
from kb.search import labels, open_postings


class PluginConfig(base.Config):  # type: ignore[no-untyped-call]
    """Settings of the plugin in mkdocs.yml."""

    language = option.Choice(("en", "fr"), default="en")


class ArushaPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """Gives MkDocs the generated pages in place of the content folder's own files, and the search its index."""

    knowledge: Knowledge
    say: Phrases
    postings: Postings
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
        """Keep Material's search box and give its own index nothing to read: ours answers the box."""
        for plugin in config.plugins.values():
            if (index := getattr(plugin, "search_index", None)) is not None:
                index.add_entry_from_context = lambda page: None

    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Take out the content folder's files and put the generated pages in."""
        docs = Path(config.docs_dir).resolve()
        kept: list[File] = [
            file
            for file in files
            if file.generated_by or not file.abs_src_path or not Path(file.abs_src_path).resolve().is_relative_to(docs)
        ]
        made = [
            File.generated(config, path, content=text) for path, text in pages.make(self.knowledge, self.say).items()
        ]
        return Files([*kept, *made])

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the search index beside the pages; after the English site, build the French one into its folder `fr/`."""
        folder, language = Path(config.site_dir) / "search", self.config.language
        postings = open_postings(self.knowledge.root, language)
        for name, text in shards.make(
            postings, labels(self.knowledge, self.say), pages.search_phrases(self.say)
        ).items():
            write_whole(folder / name, text, durable=False)
        for name, text in pages.moved(self.knowledge).items():
            write_whole(Path(config.site_dir) / name, text, durable=False)
        stub = (folder / "search_index.json").read_text(encoding="utf-8")
        write_whole(
            folder / "search_index.js", f"var __index = {stub}", durable=False
        )  # what Material asks for on file://
        if language == "en":
            french = load_config(
                str(Path(config.config_file_path).with_name("mkdocs.fr.yml")),
                docs_dir=config.docs_dir,
                site_dir=str(Path(config.site_dir) / "fr"),
                strict=config.strict,
            )
            french.plugins.on_startup(command="build", dirty=False)
            build(french)
            french.plugins.on_shutdown()
