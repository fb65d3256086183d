"""Archives: what they hold, unpacked with a limit."""

import gzip
import io
import lzma
import struct
import zipfile
import zlib

from analysis.declare.faults import Refused, refusal
from analysis.read import limits
from analysis.text.messages import say

GZIP = b"\x1f\x8b"  # how a gzip file begins
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    RuntimeError,
    NotImplementedError,
    ValueError,
    EOFError,
    OSError,
)


def members(data: bytes) -> dict[str, int]:
    """What an archive says that it holds, with the unpacked size; {} where it is none or broken."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        return {member.filename: member.file_size for member in archive.infolist()}
    except _BROKEN:
        return {}


def most_bytes(packed: int) -> int:
    """How many bytes a file of so many packed ones may unpack to."""
    most = max(limits.UNPACKED_BYTES, limits.UNPACKED_TIMES * packed)
    return min(limits.MOST_UNPACKED_BYTES, most)


def gunzipped(data: bytes, source: str) -> bytes:
    """What a gzip file holds, itself perhaps packed a few times over; refused where it is broken or
    unpacks to too much.
    """
    most = most_bytes(len(data))
    content = data
    for _layer in range(limits.GZIP_LAYERS):
        if content[:2] != GZIP:
            return content
        try:
            content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(most + 1)
        except (OSError, EOFError, zlib.error) as error:
            message = say("read.not_unpacked_export", why=str(error))
            raise refusal(source, message, rule="unreadable") from None
        if len(content) > most:
            raise too_large(source, most)
    if content[:2] == GZIP:
        raise too_deep(source)
    return content


def too_deep(source: str) -> Refused:
    """An archive that lies within another."""
    return refusal(source, say("read.archive_in_archive"), rule="unreadable")


def unzipped(
    data: bytes, source: str, wanted, workbook: bool, packed: int
) -> tuple[list[str], dict[str, bytes]]:
    """The names of all files of a zip archive, and the content of those that `wanted` chooses;
    `packed` bytes are those of the file as it lies.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = sorted(name for name in archive.namelist() if not name.endswith("/"))
        chosen = wanted(names)
        for name in chosen:
            if names.count(name) > 1:
                raise refusal(source, say("read.twice_named", name=name), rule="unreadable")
        most = most_bytes(packed)
        if sum(archive.getinfo(name).file_size for name in chosen) > most:
            raise too_large(source, most)
        return names, {name: archive.read(name) for name in chosen}
    except _BROKEN as error:
        way = say("read.save_again") if workbook else say("read.unpack_it")
        message = say("read.not_unpacked", why=str(error), way=way)
        raise refusal(source, message, rule="unreadable") from None


def too_large(source: str, most: int) -> Refused:
    message = say("read.too_large_unpacked", n=most >> 20)
    return refusal(source, message, rule="unreadable")
