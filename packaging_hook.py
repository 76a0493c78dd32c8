"""Put what the wheel needs besides code (content, theme, mkdocs.yml) into `kb/_data`."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ContentHook(BuildHookInterface):
    """Adds the data folders to a real wheel; an editable install reads them where they lie."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Map the folders, for a standard (not editable) build only."""
        if version == "standard":
            build_data["force_include"].update(
                {name: f"kb/_data/{name}" for name in ("content", "site/overrides", "mkdocs.yml", "mkdocs.fr.yml")}
            )
