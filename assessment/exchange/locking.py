"""A copy of an assessment for the way: encrypted in the age format to a passphrase or to keys, and opened again."""

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyrage

from assessment.output import write
from assessment.storing.sqlite import AssessmentFile
from kb.base.bounded import Limits
from kb.base.errors import ArushaError
from kb.base.files import create, naming, sync_folder, workplace
from kb.base.interface import Refusal, Word, renamed

SHORTEST = 12  # characters of a passphrase
MOST_RECIPIENTS = 100
LARGEST = 2_000_000_000  # bytes of a locked file
TRIES = 5  # glances at the clock, a few milliseconds each
_TOO_MUCH_WORK = "Excessive work parameter"
_BEGIN, _ARMOURED = b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----"


def recipient(text: str) -> Any:
    """The public key that a copy is locked to: `age1…` or an SSH public key. Raises ArushaError."""
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise Refusal("lock.no_recipient", text=text[:80]) from None


def identities(path: Path) -> list[Any]:
    """The secret keys in a key file: lines AGE-SECRET-KEY-1…, or one SSH key without a passphrase. Raises ArushaError."""
    if path.stat().st_size > 100_000:
        raise Refusal("lock.large_key", path=path)
    data = path.read_bytes()
    try:
        if data.startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(data)]
        lines = [line.strip() for line in data.decode().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, UnicodeDecodeError):
        found = []
    if not found:
        raise Refusal("lock.no_key", path=path)
    return found


def passphrase_of(path: Path) -> str:
    """The first line of a file. Raises ArushaError."""
    if path.stat().st_size > 100_000:
        raise Refusal("lock.large_passphrase", path=path)
    try:
        return path.read_text(encoding="utf-8-sig").split("\n", 1)[0]
    except UnicodeDecodeError:
        raise Refusal("lock.not_text", path=path) from None


def lock(path: Path, output: Path, passphrase: str | None, recipients: Sequence[Any] = ()) -> int:
    """Write a locked copy of an assessment file; the number of its bytes comes back. Raises ArushaError.

    The passphrase is taken in composed characters (NFC), so that an é typed as one sign or as two is the same.
    """
    free(output)
    passphrase = None if passphrase is None else unicodedata.normalize("NFC", passphrase)
    if passphrase is not None and len(passphrase) < SHORTEST:
        raise Refusal("lock.short_passphrase", least=SHORTEST)
    with AssessmentFile.open(path) as file:
        file.check()
        data = file.image()
    try:
        locked = (
            pyrage.encrypt(data, list(recipients))
            if passphrase is None
            else pyrage.passphrase.encrypt(data, passphrase)
        )
    except pyrage.EncryptError as error:
        raise Refusal("lock.not_locked", path=path, why=str(error)) from None
    write(output, locked)
    return len(locked)


def limits(size: int) -> Limits:
    """What unlocking a copy of *size* bytes may cost: a passphrase's work (1 GB, some seconds), and each byte a few times."""
    return Limits(30 + size // 20_000_000, 2_000_000_000 + 4 * size, Word("refused.anew.copy"))


def unlock_with(path: Path, output: Path, passphrase: str | None, key: Path | None) -> None:
    """`unlock` with the secret keys in a file, which is read where the copy is opened."""
    unlock(path, output, passphrase, identities(key) if key else [])


def unlock(path: Path, output: Path, passphrase: str | None, keys: Sequence[Any] = ()) -> None:
    """Make the assessment file *output* of a locked copy, checked like any other. Raises ArushaError, and then makes nothing."""
    free(output)
    if path.stat().st_size > LARGEST:
        raise Refusal("lock.large", path=path, most=LARGEST // 10**9)
    data = path.read_bytes()
    if not data.startswith((_BEGIN, _ARMOURED)):
        raise Refusal("lock.no_copy", path=path)
    if data[:1_000_000].count(b"\n-> ") > MOST_RECIPIENTS:
        raise Refusal("lock.many_keys", path=path, most=MOST_RECIPIENTS)
    try:
        opened = pyrage.decrypt(data, list(keys)) if passphrase is None else _opened(data, passphrase)
    except pyrage.DecryptError as error:
        if _TOO_MUCH_WORK in str(error):
            raise Refusal("lock.much_work", path=path) from None
        raise Refusal("lock.other_key" if passphrase is None else "lock.other_passphrase", path=path) from None
    with naming(output), workplace(output.parent) as place:
        made = place / "new.arusha"
        with os.fdopen(create(made, private=True), "wb") as file:
            file.write(opened)
            file.flush()
            os.fsync(file.fileno())
        try:
            with AssessmentFile.open(made) as inside:
                inside.check()
        except ArushaError as error:
            raise renamed(error, made, Word("exchange.unlocked_copy", path=str(path))) from None
        free(output)
        made.replace(output)
        sync_folder(output.parent)


def _opened(data: bytes, passphrase: str) -> bytes:
    """What a passphrase opens, in composed characters (NFC) as `lock` takes it, else as typed or decomposed.

    0.1.0 locked with the phrase as it was typed, and systems type an é as one sign or as two. Raises pyrage.DecryptError.
    """
    composed, decomposed = (unicodedata.normalize(form, passphrase) for form in ("NFC", "NFD"))
    *others, last = dict.fromkeys([composed, passphrase, decomposed])
    for phrase in others:
        try:
            return _decrypted(data, phrase)
        except pyrage.DecryptError:
            continue
    return _decrypted(data, last)


def _decrypted(data: bytes, phrase: str) -> bytes:
    """What one phrase opens. age takes the most work it will do from a glance at the clock, so a busy moment is asked again."""
    for _ in range(TRIES):
        try:
            return bytes(pyrage.passphrase.decrypt(data, phrase))
        except pyrage.DecryptError as error:
            if _TOO_MUCH_WORK not in str(error):
                raise
            busy = error
    raise busy


def free(output: Path) -> None:
    """Raise ArushaError if there is something of that name."""
    if output.exists():
        raise Refusal("exchange.exists", path=output)
