"""What our servers on this computer hold back, whoever asks: the demo's, and MkDocs's with drafts of the site."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from kb.base import policy

_ODD = re.compile(r"[\x00-\x1f\x7f\\:\ufffd]")  # in no path of ours, and to some systems a way out of the folder
_RELOADING = re.compile(r"<script>((?:(?!<script>).)*)</script></body>", re.S)
App = Callable[..., Iterable[bytes]]


def refusal(host: str, path: str, port: int, own: str = "127.0.0.1") -> int | None:
    """The status of a request that gets no answer: 403 if it names another *host*, 404 for an odd *path*; None if it is good.

    A browser led here by somebody else's name (DNS rebinding) sends that name. *own*: the address that the server stands on.
    """
    names = {"127.0.0.1", "localhost", "[::1]", f"[{own}]" if ":" in own else own}
    good = {f"{name}:{port}" for name in names} | (names if port == 80 else set())
    if host.lower() not in good:
        return 403
    return 404 if _ODD.search(unquote(path)) else None


def guarded(app: App, own: str, port: int) -> App:
    """A WSGI application of MkDocs that answers only what `refusal` lets pass, and whose reloading script pages may run."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")  # bytes of a path, as WSGI spells them
        status = refusal(environ.get("HTTP_HOST", ""), path, port, own)
        if status:
            start_response({403: "403 Forbidden", 404: "404 Not Found"}[status], [("Content-Type", "text/plain")])
            return [b"not served here\n"]
        begun: list[Any] = []
        body = app(environ, lambda *words: begun.extend(words))
        kind, headers = begun
        if ("Content-Type", "text/html") in headers:
            page = b"".join(body).decode()
            script = _RELOADING.search(page)
            body = [(policy.with_script(page, script[1]) if script else page).encode()]
            headers = [(name, value if name != "Content-Length" else str(len(body[0]))) for name, value in headers]
        start_response(kind, headers)
        return body

    return answer
