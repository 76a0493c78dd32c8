"""A locked copy: opened again it is the same to the byte; a wrong passphrase or key opens nothing and writes nothing."""

import base64
import hashlib
import hmac
import shutil
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assessment.exchange import locking
from kb.base.errors import ArushaError

SECRET, OTHER = "correct horse battery staple", "correct horse battery stapler"
KEPT = sorted((Path(__file__).parent / "formats").glob("*.arusha"))


def typed(*lines):
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture
def ours(tmp_path):
    return Path(shutil.copyfile(KEPT[-1], tmp_path / "ours.arusha"))


@pytest.fixture
def secret(tmp_path):
    """A file with the passphrase on its first line."""
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\r\nmore\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Files with secret keys, each with its public key."""
    folder, made = tmp_path_factory.mktemp("keys"), []
    for number in range(3):
        identity = pyrage.x25519.Identity.generate()
        path = folder / f"{number}.key"
        path.write_text(f"# created: today\n# public key: {identity.to_public()}\n{identity}\n", encoding="utf-8")
        made.append((path, str(identity.to_public())))
    return made


@pytest.fixture
def names(tmp_path):
    return lambda: sorted(path.name for path in tmp_path.iterdir())


def test_locked_and_unlocked_is_the_same_to_the_byte(ours, tmp_path):
    path = ours
    locking.lock(path, tmp_path / "a.age", SECRET)
    locked = (tmp_path / "a.age").read_bytes()
    assert locked.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert b"Testland" not in locked
    locking.unlock(tmp_path / "a.age", tmp_path / "b.arusha", SECRET)
    assert (tmp_path / "b.arusha").read_bytes() == path.read_bytes() == KEPT[-1].read_bytes()


def test_the_passphrase_is_asked_for_twice_and_never_shown(arusha, ours, tmp_path):
    locked = arusha("assess", "lock", ours, "-o", tmp_path / "a.age", typed=typed(SECRET, SECRET))
    assert locked.exit_code == 0, locked.output
    assert SECRET not in locked.output
    opened = arusha("assess", "unlock", tmp_path / "a.age", "-o", tmp_path / "b.arusha", typed=typed(SECRET))
    assert opened.exit_code == 0, opened.output
    assert SECRET not in opened.output
    assert (tmp_path / "b.arusha").read_bytes() == ours.read_bytes()
    for path in (tmp_path / "a.age", tmp_path / "b.arusha"):
        assert path.stat().st_mode & 0o077 == 0, "others may read it"


def test_two_different_passphrases_lock_nothing(arusha, ours, tmp_path, names):
    result = arusha("assess", "lock", ours, "-o", tmp_path / "a.age", typed=typed(SECRET, OTHER))
    assert result.exit_code == 2
    assert "ne sont pas identiques" in result.stderr.splitlines()[-1]  # the file speaks French
    assert names() == ["ours.arusha"]


@pytest.mark.parametrize("short", ["", "12345678901"])
def test_a_short_passphrase_locks_nothing(arusha, ours, tmp_path, refused, secret, short):
    secret.write_text(short, encoding="utf-8")
    refused(arusha("assess", "lock", ours, "-o", tmp_path / "a.age", "--passphrase-file", secret), "12 caractères")
    assert not (tmp_path / "a.age").exists()


def test_a_mistyped_passphrase_is_one_sentence_and_writes_nothing(arusha, ours, tmp_path, secret, names, refused):
    (tmp_path / "a.age").write_bytes(locked_lightly(ours.read_bytes(), SECRET))
    secret.write_text(OTHER, encoding="utf-8")
    before = names()
    out = tmp_path / "b.arusha"
    refused(
        arusha("assess", "unlock", tmp_path / "a.age", "-o", out, "--passphrase-file", secret),
        tmp_path / "a.age",
        "the passphrase does not fit",
    )
    assert names() == before


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_a_file_of_every_format_is_locked_and_unlocked_to_the_byte(kept, tmp_path, keys):
    (key, public), *_ = keys
    path = Path(shutil.copyfile(kept, tmp_path / "a.arusha"))
    locking.lock(path, tmp_path / "a.age", None, [locking.recipient(public)])
    locking.unlock(tmp_path / "a.age", tmp_path / "b.arusha", None, locking.identities(key))
    assert (tmp_path / "b.arusha").read_bytes() == kept.read_bytes()


def test_each_of_several_keys_opens_and_no_other(arusha, ours, tmp_path, keys, refused):
    recipients = [word for _, public in keys[:2] for word in ("--to", public)]
    assert arusha("assess", "lock", ours, "-o", tmp_path / "a.age", *recipients).exit_code == 0
    for number, (path, _) in enumerate(keys[:2]):
        out = tmp_path / f"{number}.arusha"
        assert arusha("assess", "unlock", tmp_path / "a.age", "-o", out, "--key", path).exit_code == 0
        assert out.read_bytes() == ours.read_bytes()
    refused(
        arusha("assess", "unlock", tmp_path / "a.age", "-o", tmp_path / "no.arusha", "--key", keys[2][0]),
        "the key does not fit",
    )
    assert not (tmp_path / "no.arusha").exists()


def test_a_locked_copy_cut_or_changed_at_any_place_opens_nothing(ours, tmp_path, keys):
    (path, public), *_ = keys
    locking.lock(ours, tmp_path / "a.age", None, [locking.recipient(public)])
    whole = (tmp_path / "a.age").read_bytes()
    secret = locking.identities(path)
    for place in (len(whole) // 3, len(whole) // 2, len(whole) - 1):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        for content in (bytes(spoilt), whole[:place]):
            (tmp_path / "a.age").write_bytes(content)
            with pytest.raises(ArushaError, match="cannot be unlocked"):
                locking.unlock(tmp_path / "a.age", tmp_path / "b.arusha", None, secret)
            assert not (tmp_path / "b.arusha").exists()


@pytest.mark.parametrize("inside", [b"", b"no database", b"SQLite format 3\0" + bytes(4096)])
def test_what_is_unlocked_is_checked_like_any_other_file(tmp_path, inside, names, keys):
    (path, public), *_ = keys
    (tmp_path / "a.age").write_bytes(pyrage.encrypt(inside, [locking.recipient(public)]))
    with pytest.raises(ArushaError) as caught:
        locking.unlock(tmp_path / "a.age", tmp_path / "b.arusha", None, locking.identities(path))
    assert str(caught.value).startswith(str(tmp_path / "a.age"))
    assert "\n" not in str(caught.value)
    assert names() == ["a.age"]


def test_a_tampered_file_is_not_locked(tmp_path, ours, arusha, secret, refused):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(ours)) as connection:
        connection.execute("UPDATE journal SET body = replace(body, 'Pour tous', 'Pour nous')")
        connection.commit()
    refused(arusha("assess", "lock", ours, "-o", tmp_path / "a.age", "--passphrase-file", secret), "entry ", "changed")


def test_a_folder_that_is_not_there_is_named_as_it_was_typed(arusha, ours, tmp_path, keys, refused):
    (key, public), *_ = keys
    arusha("assess", "lock", ours, "-o", tmp_path / "a.age", "--to", public)
    out = tmp_path / "no" / "b.arusha"
    refused(arusha("assess", "unlock", tmp_path / "a.age", "-o", out, "--key", key), f"{out}: there is no such file")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["lock", "ours.arusha", "-o", "ours.arusha"], "already"),
        (["lock", "no.arusha", "-o", "a.age"], "no such file"),
        (["lock", "secret", "-o", "a.age"], "is not an assessment file"),
        (["lock", "ours.arusha", "-o", "a.age", "--to", "age1nonsense"], "is no public key"),
        (["lock", "ours.arusha", "-o", "a.age", "--to", "ssh-rsa AAAA"], "is no public key"),
        (["lock", "ours.arusha", "-o", "a.age", "--to", "age1x", "--passphrase-file", "secret"], "either --to or"),
        (["unlock", "secret", "-o", "b.arusha", "--passphrase-file", "secret"], "is not a locked copy"),
        (["unlock", "no.age", "-o", "b.arusha"], "no such file"),
        (["unlock", "no.age", "-o", "ours.arusha"], "already"),
        (["unlock", "secret", "-o", "b.arusha", "--key", "secret"], "holds no secret key"),
        (["unlock", "secret", "-o", "b.arusha", "--key", "no.key"], "no such file"),
        (["unlock", "secret", "-o", "b.arusha", "--key", "k", "--passphrase-file", "secret"], "either --key or"),
    ],
)
def test_bad_input_is_one_sentence(arusha, ours, secret, tmp_path, monkeypatch, refused, words, part):
    monkeypatch.chdir(tmp_path)
    before = ours.read_bytes()
    refused(arusha("assess", *words), part)
    assert ours.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours.arusha", "secret"]


def test_a_copy_made_while_another_process_writes_is_whole(ours, tmp_path, keys):
    """The copy is taken through the store, which lets nobody write in the middle of it."""
    import threading

    from assessment.storing.sqlite import AssessmentFile

    stop = threading.Event()

    def write():
        with AssessmentFile.open(ours) as file:
            for _ in range(2_000):
                if stop.is_set():
                    return
                file.append([("names", {"on": True})])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(10):
            locking.lock(ours, tmp_path / f"{number}.age", None, [locking.recipient(keys[0][1])])
    finally:
        stop.set()
        writer.join()
    for number in range(10):
        locking.unlock(tmp_path / f"{number}.age", tmp_path / f"{number}.arusha", None, locking.identities(keys[0][0]))


COMPOSED, DECOMPOSED = "Ém\u00e9 a gard\u00e9 le phare", "E\u0301me\u0301 a garde\u0301 le phare"
MIXED = "E\u0301m\u00e9 a gard\u00e9 le phare"


def locked_lightly(data: bytes, passphrase: str) -> bytes:
    """A copy in the age format (https://age-encryption.org/v1), as other programs make it: to a passphrase, with little work."""

    def derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt, info).derive(secret)

    def text(raw: bytes) -> str:
        return base64.b64encode(raw).decode().rstrip("=")

    file_key, salt, nonce, work = bytes(range(16)), bytes(16), bytes(16), 10
    wrapping = hashlib.scrypt(
        passphrase.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=2**work, r=8, p=1, dklen=32
    )
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    head = f"age-encryption.org/v1\n-> scrypt {text(salt)} {work}\n{text(wrapped)}\n---".encode()
    mac = hmac.digest(derived(file_key, b"", b"header"), head, "sha256")
    payload = ChaCha20Poly1305(derived(file_key, nonce, b"payload"))
    chunks = [data[place : place + 65536] for place in range(0, len(data), 65536)]
    sealed = [
        payload.encrypt(number.to_bytes(11, "big") + bytes([number == len(chunks) - 1]), chunk, None)
        for number, chunk in enumerate(chunks)
    ]
    return head + f" {text(mac)}\n".encode() + nonce + b"".join(sealed)


def test_a_copy_is_locked_to_the_passphrase_in_composed_characters(ours, tmp_path):
    locking.lock(ours, tmp_path / "a.age", DECOMPOSED)
    assert pyrage.passphrase.decrypt((tmp_path / "a.age").read_bytes(), COMPOSED) == ours.read_bytes()


@pytest.mark.parametrize(
    ("locked", "given"),
    [
        *((COMPOSED, given) for given in (COMPOSED, DECOMPOSED, MIXED)),  # as `lock` does it
        *((DECOMPOSED, given) for given in (COMPOSED, DECOMPOSED, MIXED)),  # as 0.1.0 did where it was typed so
        (MIXED, MIXED),
    ],
)
def test_a_passphrase_opens_however_its_accents_were_typed(ours, tmp_path, locked, given):
    (tmp_path / "a.age").write_bytes(locked_lightly(ours.read_bytes(), locked))
    locking.unlock(tmp_path / "a.age", tmp_path / "b.arusha", given)
    assert (tmp_path / "b.arusha").read_bytes() == ours.read_bytes()


def test_letters_of_a_passphrase_are_counted_as_they_are_seen(ours, tmp_path):
    with pytest.raises(ArushaError, match="fewer than 12"):
        locking.lock(ours, tmp_path / "a.age", "e\u0301" * 11)


def test_a_copy_locked_to_thousands_of_keys_is_refused_before_any_is_tried(arusha, tmp_path, refused):
    copy, secret = tmp_path / "many.age", tmp_path / "secret"
    copy.write_bytes(b"age-encryption.org/v1\n" + b"-> X25519 AAAA\nAAAA\n" * 5_000 + b"--- AAAA\n")
    secret.write_text("a passphrase of some length\n", encoding="utf-8")
    refused(
        arusha("assess", "unlock", copy, "-o", tmp_path / "out.arusha", "--passphrase-file", secret),
        "many.age: is locked to more than 100 keys",
    )
    assert not (tmp_path / "out.arusha").exists()


def test_a_passphrase_that_asks_for_too_much_work_is_not_called_a_wrong_one(tmp_path):
    copy = tmp_path / "a.age"
    copy.write_bytes(locked_lightly(b"x", "some words of ours").replace(b" 10\n", b" 30\n", 1))
    with pytest.raises(ArushaError, match="asks for more work than this computer can do now; close other programs"):
        locking.unlock(copy, tmp_path / "new.arusha", "some words of ours")
