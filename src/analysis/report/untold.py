"""Pages that could show nothing: none is written, and one line says what the sources lack."""

import re
from collections.abc import Collection, Sequence
from html import escape

WORDS_ALONE = re.compile(r"X\d")  # drawings of a notebook's own, beside its exhibits


def reasons(records: Sequence[dict]) -> list[str]:
    """Why a notebook shows nothing, each reason once; empty where it shows an exhibit, or none was
    asked for.
    """
    own = [record for record in records if not WORDS_ALONE.match(record["id"])]
    if any(record["kind"] != "unsupported" for record in own):
        return []
    return list(dict.fromkeys(record["reason"] for record in own))


def absent_pages(pages: Sequence[tuple[str, str]], files: Collection[str]) -> set[str]:
    """The pages of a report that none of its files is, by their names in links.

    >>> absent_pages([("index", "Brief"), ("road", "Roadmap")], {"index.html"})
    {'road'}
    """
    return {slug for slug, _title in pages if f"{slug}.html" not in files}


def without(text: str, pages: Sequence[tuple[str, str]], untold: set[str]) -> str:
    """A page without links to those that are not written: what comes before or after it is the next
    one that is.
    """
    slugs = [slug for slug, _title in pages]
    titles = dict(pages)
    for slug in untold:
        text = re.sub(rf'<li><a href="{re.escape(slug)}\.html"[^>]*>[^<]*</a></li>', "", text)

    def turned(link: re.Match) -> str:
        side, slug, label = link.groups()
        step = -1 if side == "previous" else 1
        position = slugs.index(slug) if slug in slugs else len(slugs)
        while 0 <= position < len(slugs) and slugs[position] in untold:
            position += step
        if slug not in untold:
            return link[0]
        if not 0 <= position < len(slugs):
            return ""
        other = slugs[position]
        return f'<a class="{side}" href="{other}.html">{label}{escape(titles[other])}</a>'

    turn = r'<a class="(previous|next)" href="([^"]+)\.html">(<span>[^<]*</span>)[^<]*</a>'
    return re.sub(turn, turned, text)
