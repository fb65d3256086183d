"""What was made is kept under a key of all that made it, and folders change all at once."""

import ctypes
import errno
import hashlib
import json
import os
import re
import shutil
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.report import unfinished

RECORD_BYTES = 256 << 20  # more than any run records
LONGEST_NAME = 220  # letters of a value that a folder is named for: file systems take 255 bytes
TAKEN = ("index", "editions")  # names beside the reports of `--by` that say something else
_KEY = re.compile(r"\.?[0-9a-f]{64}(?:\.\w+)*")
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def key_of(
    inputs: Iterable[Path | bytes],
    parameters: Mapping,
    code: Iterable[Path | bytes] = (),
    lang: str = "",
) -> str:
    """The key (sha256, 64 hex digits) of what is made from inputs, parameters, code, language.

    It changes with their contents or names, never with a date or a place: a folder counts as its
    files by relative names. Parameters are what JSON can hold; anything else raises TypeError.

    >>> key_of([b"a"], {"day": "2018-06-27", "lang": "fr"}) == key_of([b"a"], {"lang": "fr", "day": "2018-06-27"})
    True
    >>> key_of([b"a"], {"day": "2018-06-27"}) == key_of([b"a"], {"day": "2018-06-28"})
    False
    """
    parts = [_digests(inputs), dict(parameters), _digests(code), lang]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _digests(contents: Iterable[Path | bytes]) -> list[list[str]]:
    digests = []
    for content in contents:
        if isinstance(content, bytes):
            digests.append(["", hashlib.sha256(content).hexdigest()])
        else:
            root = f"{content.name}/" if content.is_dir() else ""
            digests += [[root + name, digest] for name, digest in hashes(content).items()]
    return digests


def hashes(folder: Path) -> dict[str, str]:
    """The hash (sha256) of every file below a folder by its relative name, in order, or of one file
    by its name.
    """
    root, files = folder.parent, [folder]
    if folder.is_dir():
        root, files = folder, [file for file in sorted(folder.rglob("*")) if file.is_file()]
    hash_by_name = {}
    for file in files:
        if "__pycache__" not in file.parts:
            with file.open("rb") as opened:
                name = os.fsencode(file.relative_to(root).as_posix()).decode(errors="replace")
                hash_by_name[name] = hashlib.file_digest(opened, "sha256").hexdigest()
    return hash_by_name


def place_name(value: str, is_shared: bool = False) -> str:
    """A value as a folder name; of a long value, or one whose name others would share, with a hash.

    >>> place_name("Île-de-France"), place_name("../x")
    ('ile-de-france', 'x')
    """
    own, name = hashlib.sha256(value.encode(errors="replace")).hexdigest()[:12], slug(value)
    if not name:
        return own
    if is_shared or len(name) > LONGEST_NAME:
        return f"{name[:LONGEST_NAME]}-{own}"
    return name


def place_names(values: Iterable[str]) -> dict[str, str]:
    """Values as folder names, each of its own.

    >>> place_names(["Nord", "Est", "est"]).values()
    dict_values(['nord', 'est-9285bed101ce', 'est-b6cf348bc9b1'])
    """
    plain = {value: place_name(value) for value in values}
    times = Counter([*plain.values(), *TAKEN])
    return {value: place_name(value, times[name] > 1) for value, name in plain.items()}


def slug(text: str) -> str:
    """A text in plain small letters and digits joined by hyphens; empty where it has none.

    >>> slug("Combien durent-elles ?")
    'combien-durent-elles'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder` to fill, which takes its place at the end; after an exception
    nothing has changed.

    A process killed at any moment leaves the previous folder whole or the new one whole. Where the
    system cannot exchange two names (Linux can, on nearly all file systems), one moment remains
    between two renamings when the previous folder is whole but named `.<name>.old`: the next call
    puts it back. One writer at a time. Where `folder` is a link, what it leads to is replaced.
    """
    folder = folder.resolve()
    new, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    if _is_folder(old) and not os.path.lexists(folder):
        os.rename(old, folder)
    for leftover in (new, old):
        _remove(leftover)
    unfinished.begin(new)
    new.mkdir(parents=True)
    try:
        yield new
        if not os.path.lexists(folder):
            os.rename(new, folder)
        elif not _exchange(new, folder):
            os.rename(folder, old)
            os.rename(new, folder)
    finally:
        for leftover in (new, old):
            _remove(leftover)
        unfinished.finish(new)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _remove(leftover: Path) -> None:
    if _is_folder(leftover):
        shutil.rmtree(leftover, ignore_errors=True)
    else:
        leftover.unlink(missing_ok=True)


def _exchange(one: Path, other: Path) -> bool:
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    if (
        libc.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
        == 0
    ):
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS):
        return False
    raise OSError(number, os.strerror(number), str(one))


def write_whole(file: Path, content: str | bytes) -> None:
    """Write a file so that a reader, or a process killed meanwhile, finds the previous content or
    the new one whole.
    """
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)  # it may be a link, which would be written through
    try:
        with beside.open("xb") as new:
            new.write(content.encode() if isinstance(content, str) else content)
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def write_json(file: Path, content: dict) -> None:
    """Write plain values so that the same ones give the same bytes."""
    write_whole(file, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def read_json(file: Path, **kinds: type) -> dict[str, Any] | None:
    """The record that a plain file holds; None where there is none that can be read, or none that
    has these entries, each of its kind.
    """
    try:
        if not file.is_file() or file.stat().st_size > RECORD_BYTES:  # a pipe would never end
            return None
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    is_whole = all(isinstance(record.get(name), kind) for name, kind in kinds.items())
    if is_whole:
        return record
    return None


def prune(folder: Path, keys: Iterable[str]) -> None:
    """Remove from a folder of finished work what bears the name of a key that is none of these."""
    keys_kept = set(keys)
    for entry in folder.iterdir():
        if _KEY.fullmatch(entry.name) and entry.name not in keys_kept:
            _remove(entry)
