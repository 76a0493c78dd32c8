"""The demo as its user meets it: made by `arusha demo`, served as it serves it, and looked at in a real Chromium."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from assessment.demo import Made, serve

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
BEYOND_THE_EDGE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.body.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > innerWidth)
  .map(one => one.outerHTML.slice(0, 120)).concat("the page scrolls sideways")"""


def until(true: str) -> str:
    """A script that ends once something is true; the site's policy lets no page evaluate a text, as Playwright's waiting does."""
    return f"async () => {{ while (!({true})) await new Promise((go) => setTimeout(go, 20)); }}"


@dataclass
class Demo:
    """Where the demo lies, and the address it is served at."""

    folder: Path
    address: str


@dataclass
class Visit:
    """An open page, with all that it complained about and every address it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def turn_to(self, size: str) -> None:
        self.page.set_viewport_size(SIZES[size])

    def settle(self) -> None:
        """Wait until nothing moves: colours in the middle of a change have no contrast to judge."""
        self.page.evaluate(until("document.getAnimations().every(one => one.playState !== 'running')"))

    def assert_quiet(self) -> None:
        """No console error or warning, and no request, blocked or not, beyond this computer."""
        self.page.wait_for_load_state("networkidle")
        assert self.complaints == []
        assert [url for url in self.asked if _is_outside(url)] == []

    def assert_fits(self) -> None:
        """Nothing makes the page scroll sideways."""
        assert self.page.evaluate(BEYOND_THE_EDGE) == []

    def assert_accessible(self) -> None:
        """No fault that axe knows."""
        self.settle()
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()


def _is_outside(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("about", "blob", "data", "file") and parts.hostname != "127.0.0.1"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An index cache of our own, and the content that is shipped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARUSHA_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("ARUSHA_CONTENT", raising=False)
        yield


@pytest.fixture(scope="session")
def demo(cache: None, once: Callable[[str, Callable[[Path], object]], Path]) -> Demo:
    """One demo for all workers, which each of them serves for itself."""

    def make(folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "arusha", "demo", "--no-serve", "--dir", folder], check=True)

    folder = once("demo", make)
    made = Made(folder, folder / "demo.arusha", folder / "report.html", folder / "site")
    told: Queue[str] = Queue()
    threading.Thread(target=serve, args=(made, 0, "en", told.put), daemon=True).start()
    return Demo(folder, told.get().split()[1].removesuffix("/report.html"))


@pytest.fixture(scope="session")
def visit(browser: Browser) -> Callable[..., AbstractContextManager[Visit]]:
    """Opens an address: `with visit(url, scheme="dark", size="phone") as seen`. Pages of one look share a cache."""
    looks: dict[tuple[str, str], BrowserContext] = {}

    @contextmanager
    def opened(url: str, scheme: str = "light", size: str = "desktop") -> Iterator[Visit]:
        look = looks.get((scheme, size))
        if look is None:
            look = looks[scheme, size] = browser.new_context(color_scheme=scheme, viewport=SIZES[size])
        with look.new_page() as page:
            page.set_default_timeout(10_000)
            seen = Visit(page)
            seen.listen()
            page.goto(url)
            yield seen
            assert [said for said in seen.complaints if "Content Security Policy" in said] == []

    return opened
