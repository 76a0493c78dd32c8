"""MkDocs sees the knowledge base through this plugin, and only here."""

from pathlib import Path
from typing import Any

from mkdocs.config import base
from mkdocs.config import config_options as option
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files

from kb import pages
from kb.errors import ArushaError
from kb.interface import Phrases, phrases
from kb.knowledge import Knowledge, load


class PluginConfig(base.Config):  # type: ignore[no-untyped-call]
    """Settings of the plugin in mkdocs.yml."""

    language = option.Choice(("en", "fr"), default="en")


class ArushaPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """Gives MkDocs the generated pages in place of the content folder's own files."""

    knowledge: Knowledge
    say: Phrases

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the content and set the navigation; refuse to build over what is committed."""
        target = Path(config.site_dir).resolve()
        for kept in (*config.theme.dirs, config.docs_dir):
            if Path(kept).resolve().is_relative_to(target):
                raise PluginError(
                    f"site_dir {target} holds {kept}, which a build would delete; choose another folder, such as site/public"
                )
        root = Path(config.docs_dir)
        try:
            self.say = phrases(self.config.language, root)
            self.knowledge = load(root)
        except ArushaError as error:
            raise PluginError(str(error)) from None
        config.nav = pages.navigation(self.say)
        return config

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

    def on_serve(self, server: Any, /, **_: Any) -> Any:
        """Read the content anew at the next build."""
        load.cache_clear()
        return server
