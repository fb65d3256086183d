"""How the bytes of a text file are told: UTF-8, else what older systems wrote, cell by cell; and the texts they make."""

import codecs
import re

import numpy as np
import pandas as pd

from analysis.read.stored import StoredBytes

MARK = b"\xef\xbb\xbf"  # of UTF-8
LONE = re.compile(rb"\r(?!\n)")
ACCENTS = frozenset("àâäçèéêëîïôöùûüœÀÂÇÈÉÊÎÔÙ«»’–°€\u00a0")


def plain(data: bytes) -> bytes:
    """Lines that end with a line feed, and quotes within quotes written twice (databases write them after a backslash)."""
    if b"\r" in data and re.search(LONE, data):
        data = re.sub(LONE, b"\n", data)
    return re.sub(rb'\\"(?![;,\t|\r\n])', b'""', data) if b"\\" in data else data


def modern(data: bytes | StoredBytes) -> bytes | None:
    """The file as UTF-8 with line feeds, where it is in UTF-16, UTF-32, UTF-7, Mac Roman or the encoding of DOS, or where carriage
    returns end its lines; None where it can be read as it lies."""
    head = data[: 1 << 16].removeprefix(MARK)
    if wide := _wide(head):
        return data[:].decode(wide, errors="replace").encode()
    if (old := _of_old(head)) and (old != "utf-7" or data[:].isascii()):
        text = data[:].decode(old, errors="replace")
        high = (letter for letter in text if letter > "\x7f")
        if old != "utf-7" or all(
            letter in ACCENTS or (letter.isalpha() and letter < "\u0250") for letter in high
        ):
            return text.encode()
    return re.sub(LONE, b"\n", data[:]) if re.search(LONE, head.rstrip(b"\r")) else None


def _wide(data: bytes) -> str:
    """Which UTF-16 (or UTF-32) the bytes are, by their mark or by the zeros between their letters; blank where they are none."""
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    zeros = [data[side:2000:2].count(0) > 0.3 * len(data[side:2000:2]) for side in (0, 1)]
    return {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get(tuple(zeros), "")


def _of_old(head: bytes) -> str:
    """UTF-7, Mac Roman or the encoding of DOS, where the accents make sense as these and none as Windows-1252; else blank."""
    if head.isascii():
        return "utf-7" if re.search(rb"\+A[A-Za-z0-9+/]{2,}-", head) else ""
    if not head.decode("utf-8", errors="ignore").isascii():
        return ""
    good, usual = {}, {}
    for encoding in ("cp1252", "mac_roman", "cp850"):
        text = head.decode(encoding, errors="replace")
        high = [letter for letter in text if letter > "\x7f"]
        astray = len(re.findall("[a-z][ÀÂÇÈÉÊÎÔÙ]", text))  # a capital within a word
        good[encoding] = (sum(letter in ACCENTS for letter in high) - astray) / len(high)
        usual[encoding] = sum(letter in "éèêàçôîâ" for letter in high)
    best = max(good, key=lambda encoding: (round(good[encoding], 1), usual[encoding]))
    return best if best != "cp1252" and good[best] > 0.9 and good["cp1252"] < 0.5 else ""


def decoded(raw: bytes) -> str:
    r"""Bytes as text: UTF-8, else UTF-8 in which R wrote foreign bytes as `<e9>` packed in six, else Windows-1252.

    >>> decoded("é".encode("cp1252")), decoded("é".encode()), decoded(b"\xfc\xbe\x8e\x96\x94\xbc")
    ('é', 'é', 'é')
    """
    raw = raw.rstrip(b"\r")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        mended = re.sub(rb"\xfc[\x80-\xbf]{5}", _unpacked, raw)
    try:
        return mended.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="analysis.latin-1")


# Five bytes mean nothing in Windows-1252; they stay visible as the control characters of ISO 8859-1.
codecs.register_error(
    "analysis.latin-1",
    lambda error: (error.object[error.start : error.end].decode("latin-1"), error.end),
)


def _unpacked(match: re.Match) -> bytes:
    number = 0
    for byte in match.group()[1:]:
        number = number << 6 | byte & 0x3F
    written = re.fullmatch(rb"<([0-9a-f]{2})>", number.to_bytes(4, "little"))
    if written is None:
        return match.group()
    return bytes.fromhex(written.group(1).decode()).decode("cp1252", errors="replace").encode()


def is_utf8(data: bytes) -> bool:
    import pyarrow as pa

    whole = pa.LargeStringArray.from_buffers(
        1, pa.py_buffer(np.array([0, len(data)])), pa.py_buffer(data)
    )
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def legacy(data: bytes) -> str:
    """How bytes that are not UTF-8 throughout were written, for the record: the cells are decoded one by one."""
    return "cp1252" if data[: 1 << 20].decode("utf-8", errors="ignore").isascii() else "mixed"


def texts(dictionary) -> pd.Series:
    """Distinct cells as text: all at once where they are UTF-8, else those that are not, one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = dictionary.view(pa.large_string())
    plain = pc.string_is_ascii(texts).to_numpy(zero_copy_only=False)
    if not plain.all():
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            texts = pc.replace_with_mask(
                texts, pa.array(~plain), _decoded_all(dictionary.filter(pa.array(~plain)))
            )
    return pd.Series(pd.array(texts, dtype="str"))


def _decoded_all(cells):
    """Each cell decoded; all at once, each byte a letter, where none of them holds UTF-8."""
    import pyarrow as pa

    _valid, ends, raw = cells.buffers()
    ends = np.frombuffer(ends, np.int64)[: len(cells) + 1]
    raw = raw.to_pybytes()[: ends[-1]]
    if not raw.decode("utf-8", errors="ignore").isascii() or re.search(rb"\xfc[\x80-\xbf]{5}", raw):
        return pa.array([decoded(cell) for cell in cells.to_pylist()], pa.large_string())
    letters = [
        bytes([byte]).decode("cp1252", errors="analysis.latin-1").encode() for byte in range(256)
    ]
    bytes_ = np.frombuffer(raw, np.uint8)
    high = np.flatnonzero(bytes_ > 127)
    wider = np.array([len(letter) - 1 for letter in letters])[bytes_[high]]
    moved = ends + np.append(0, np.cumsum(wider))[np.searchsorted(high, ends)]
    text = raw.decode("cp1252", errors="analysis.latin-1").encode()
    return pa.LargeStringArray.from_buffers(len(cells), pa.py_buffer(moved), pa.py_buffer(text))
