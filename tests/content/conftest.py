"""What the tests of what editors write share: the shipped content, and a cache of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.base.places import project_folder
from kb.library.knowledge import Knowledge, load


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARUSHA_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("ARUSHA_CONTENT", raising=False)
        yield


@pytest.fixture(scope="session")
def shipped() -> Path:
    return project_folder() / "content"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()
