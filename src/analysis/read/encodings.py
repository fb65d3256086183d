"""How the bytes of a text file are told: UTF-8, else what older systems wrote, cell by cell; and
the texts they make.
"""

import codecs
import re

MARK = b"\xef\xbb\xbf"  # of UTF-8
BY_R = re.compile(rb"\xfc[\x80-\xbf]{5}")  # how R packs a byte that is no UTF-8
ACCENTS = frozenset("àâäçèéêëîïôöùûüœÀÂÇÈÉÊÎÔÙøåæØÅÆ«»’–°€\u00a0")


def plain(data: bytes) -> bytes:
    """Lines that end with a line feed, and quotes within quotes written twice."""
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\\" in data:
        return re.sub(rb'\\"(?![;,\t|\n])', b'""', data)
    return data


def modern(data: bytes) -> bytes:
    """A file in UTF-16, UTF-32, UTF-7, Mac Roman, of DOS, Central Europe or Turkey as UTF-8; others
    unchanged.
    """
    head = data[: 1 << 16].removeprefix(MARK)
    if wide := _wide(head):
        return data.decode(wide, errors="replace").encode()
    old = _of_old(head)
    if not old or (old == "utf-7" and not data.isascii()):
        return data
    text = data.decode(old, errors="replace")
    high = [letter for letter in text if letter > "\x7f"]
    if old == "utf-7" and not all(
        letter in ACCENTS or (letter.isalpha() and letter < "\u0250") for letter in high
    ):
        return data
    return text.encode()


def _wide(data: bytes) -> str:
    """Which UTF-16 or UTF-32 the bytes are, by their mark or by the zeros between their letters."""
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    zeros = [data[side:2000:2].count(0) > 0.3 * len(data[side:2000:2]) for side in (0, 1)]
    return {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get(tuple(zeros), "")


def _of_old(head: bytes) -> str:
    """UTF-7, Mac Roman, DOS, Windows of Central Europe or Turkey, where letters make sense so and
    none as Windows-1252; or blank.
    """
    if head.isascii():
        if re.search(rb"\+A[A-Za-z0-9+/]{2,}-", head):
            return "utf-7"
        return ""
    if not head.decode("utf-8", errors="ignore").isascii():
        return ""
    good, usual = {}, {}
    for encoding in ("cp1252", "mac_roman", "cp850"):
        text = head.decode(encoding, errors="replace")
        high = [letter for letter in text if letter > "\x7f"]
        astray = len(re.findall("[a-z][ÀÂÇÈÉÊÎÔÙ]", text))  # a capital within a word
        good[encoding] = (sum(letter in ACCENTS for letter in high) - astray) / len(high)
        usual[encoding] = sum(letter in "éèêàçôîâ" for letter in high)
    text = head.decode("cp1252", errors="replace")
    polish = re.findall("[a-z][¹³¿][a-z]", text)
    czech = re.findall("[šžŠŽý]", text), re.findall("[æìøèÈ]", text)
    is_of_west = re.search("[àçôðþå]", text)
    if len(polish) > 2 or (min(map(len, czech)) > 2 and not is_of_west):
        return "cp1250"
    if len(re.findall("[þýð]", text)) > 2 and not re.search("[áíóúæ]", text):
        return "cp1254"
    best = max(good, key=lambda encoding: (round(good[encoding], 1), usual[encoding]))
    if best != "cp1252" and good[best] > 0.9 and good["cp1252"] < 0.5:
        return best
    return ""


def decoded(raw: bytes) -> str:
    r"""Bytes as text: UTF-8, else that in which R packed bytes as `<e9>`, else Windows-1252.

    >>> decoded("é".encode("cp1252")), decoded("é".encode()), decoded(b"\xfc\xbe\x8e\x96\x94\xbc")
    ('é', 'é', 'é')
    """
    for attempt in (raw, re.sub(BY_R, _unpacked, raw)):
        try:
            return attempt.decode()
        except UnicodeDecodeError:
            continue
    return raw.decode("cp1252", errors="analysis.latin-1")


# Five bytes mean nothing in Windows-1252; they stay visible as the control characters of ISO
# 8859-1.
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


def encoding_of(data: bytes) -> str:
    """How a file is written, for the record: "utf-8", "cp1252", or "mixed"."""
    if _is_utf8(data):
        return "utf-8"
    if data[: 1 << 20].decode("utf-8", errors="ignore").isascii():
        return "cp1252"
    return "mixed"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def transcoded(data: bytes, delimiter: str) -> bytes:
    """A text in UTF-8; where its cells are written in several ways, each is decoded by itself."""
    if _is_utf8(data):
        return data
    if data.decode("utf-8", errors="ignore").isascii() and not re.search(BY_R, data):
        return data.decode("cp1252", errors="analysis.latin-1").encode()
    mark = delimiter.encode()
    return b"\n".join(
        line if line.isascii() else mark.join(decoded(cell).encode() for cell in line.split(mark))
        for line in data.split(b"\n")
    )
