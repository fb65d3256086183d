"""The folder of a report: its pages, figures and brief, and the manifest of what made each number."""

import hashlib
import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import nbformat

from analysis import explore
from analysis.article.table_export import to_csv
from analysis.declare import parameters
from analysis.disclosure.weaker_rules import weaker_rules
from analysis.report import (
    binding,
    contradictions,
    edition_relations,
    figure_files,
    html_page,
    last_edition,
    method_page,
    page_order,
    result_cache,
    untold,
    walk,
)
from analysis.report import notebook_cells as notebooks
from analysis.study import opening
from analysis.text import formatting
from analysis.text.messages import say

BRIEF_LINK = '<a href="brief.pdf">brief.pdf</a>'


class ReportEdition(NamedTuple):
    """One report of a run: its folder below the output, its study, the notebooks it renders, what
    its pages say.
    """

    place: str
    study: explore.Study
    notebooks: list[Path]
    meta: dict

    @property
    def asked(self) -> parameters.Parameters:
        """What the report is asked."""
        return self.study.parameters

    def slug(self, notebook: Path) -> str:
        """The name of a notebook's page: the first is the index."""
        if notebook == self.notebooks[0]:
            return "index"
        return notebook.stem


def edition(study: explore.Study, place: str, files: list[Path], inputs_key: str) -> ReportEdition:
    """The report of a study, with what its pages say beside their notebooks (fields of
    `html.Meta`).
    """
    formatting.use(study.lang)
    page_numbers = {
        name: parameters.command_value(value)
        for name, value in study.parameters.model_dump().items()
        if value not in ("", {}) and name != "data"
    }
    pages = [
        ("index" if file == files[0] else file.stem, notebooks.notebook_title(file))
        for file in files
    ]
    meta = {
        "study": formatting.typeset(study.title),
        "pages": [*pages, (method_page.SLUG, method_page.method_title(study.lang))],
        "day": study.day,
        "about": study.about_line,
        "parameters": page_numbers | {"day": str(study.day.date())},
        "inputs": inputs_key[:12] if study.parameters.audience == "team" else "",
        "version": version(PACKAGES[0]),
        "source": study.source_line,
        "synthetic": study.synthetic,
        "guesses": len(study.about.get("guesses", ())),
        "asked": study.parameters.model_dump() | {"data": ""},
    }
    return ReportEdition(place, study, files, meta)


def publish(metas: dict, notebook, job, folder: Path) -> None:
    """Write beside the executed notebook of a job its page and the files of its figures; `metas`
    says what the page says, and what the last edition did.
    """
    formatting.use(job.lang)
    meta, slug, last = metas[job.key]
    if last is not None:
        last_edition.set_beside(notebook, last)
    meta = html_page.Meta(slug=slug, notebook=job.notebook.name, **meta)
    written = html_page.pages(notebook, meta)
    for part, text in written.items():
        (folder / f"{part}.html").write_text(text, encoding="utf-8")
    (folder / "figures").mkdir()
    records = page_order.exhibit_records(*notebook.cells)
    figure_files.write_figures(records, folder / "figures")
    cells = {
        record["id"]: cell.get("id", "")
        for cell in notebook.cells
        for record in page_order.exhibit_records(cell)
    }
    places = {
        id: f"{part}.html#{id}"
        for id in cells
        for part, text in written.items()
        if f' id="{id}"' in text
    }
    parts = page_order.parts(notebook.cells)
    content = {"records": records, "cells": cells, "places": places, "parts": parts}
    result_cache.write_json(folder / "records.json", content)


def assemble(edition: ReportEdition, results: list, place: Path, origin: dict) -> list[str]:
    """Put a report's pages, notebooks, figures and manifest in their place; one line per notebook
    that failed.

    `results` are those of its notebooks' jobs, `origin` what the manifest says of data and code. An
    error may quote a name or a number, and a file's name or hash tells of what the team holds: only
    the team's report has them.
    """
    study = edition.study
    study.speak()
    of_team = edition.asked.audience == "team"
    contents: dict[str, bytes] = {}
    pages: dict[str, str] = {}
    figures: dict[str, dict] = {}
    titles: dict[str, dict] = {}
    failed, lines = [], []
    unwritten: dict[str, list[str]] = {}
    statements: list[tuple[str, dict]] = []
    first = nbformat.v4.new_notebook()
    for result, notebook in zip(results, edition.notebooks, strict=True):
        slug = edition.slug(notebook)
        if result.failure:
            where = f"{notebook.name}: cell {result.failure.cell}"
            lines.append(f"{where}: {result.failure.message}")
            failed.append((notebooks.notebook_title(notebook), lines[-1] if of_team else where))
            if of_team:
                contents[f"logs/{notebook.stem}.log"] = (result.failure.trace + "\n").encode()
            continue
        contents[f"notebooks/{notebook.name}"] = (result.folder / notebook.name).read_bytes()
        kept_records = json.loads((result.folder / "records.json").read_text(encoding="utf-8"))
        lacking = untold.reasons(kept_records["records"])
        if lacking and slug != "index":
            unwritten[slug] = lacking
            continue
        pages |= {file.name: file.read_text("utf-8") for file in result.folder.glob("*.html")}
        in_folder = (result.folder / "figures").iterdir()
        contents |= {f"figures/{file.name}": file.read_bytes() for file in in_folder}
        if slug == "index":
            first = nbformat.read(result.folder / notebook.name, as_version=4)
        published = [record for record in kept_records["records"] if "csv" in record]
        statements += [(record["id"], record.get("states", {})) for record in published]
        records = {record["id"]: record for record in published}
        sources = _sources(kept_records, slug, notebook)
        figures |= _figures(result.folder, records, sources)
        titles |= _titles(records, sources)
    statements.append((say("sheet.head"), opening.states(study)))
    lines += contradictions.contradictions(statements)
    if of_team:  # so that a later edition can be compared with it
        contents["relations.csv"] = to_csv(edition_relations.relations_to_keep(study))
        contents["terms.csv"] = to_csv(edition_relations.kept_terms(study))
    explained = html_page.Meta(slug=method_page.SLUG, **edition.meta)
    pages[f"{method_page.SLUG}.html"] = method_page.method_page(study, titles, unwritten, explained)
    if failed:
        page_meta = html_page.Meta(slug="index", failed=failed, **edition.meta)
        pages["index.html"] = html_page.page(first, page_meta)

    no_brief = BRIEF_LINK * (not first.cells)
    absent = untold.absent_pages(edition.meta["pages"], pages)
    for name, text in pages.items():
        linked = _linked(text, name, titles, no_brief)
        pages[name] = untold.without(linked, edition.meta["pages"], absent)
    manifest = report_manifest(edition, figures, failed, origin)
    unstamped = contents | {name: page.encode() for name, page in pages.items()}
    name = binding.edition_name(manifest, _hashes(unstamped))
    contents |= {page: binding.stamped(text, name).encode() for page, text in pages.items()}
    if first.cells:
        from analysis.report import pdf_brief

        meta = edition.meta | {"edition": name}
        contents["brief.pdf"] = pdf_brief.brief(
            first, html_page.Meta(slug="index", failed=failed, **meta), titles
        )
    for file, content in contents.items():
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).write_bytes(content)
    bound = {"edition": name, "files": _hashes(contents)}
    result_cache.write_json(place / "manifest.json", manifest | bound)
    return lines


def _sources(kept_records: dict, slug: str, notebook: Path) -> dict[str, dict]:
    sources = {}
    for id, cell in kept_records["cells"].items():
        sources[id] = {
            "page": kept_records["places"].get(id, f"{slug}.html"),
            "notebook": f"notebooks/{notebook.name}",
            "cell": cell,
            "functions": walk.functions(id),
        }
    for id, main in kept_records["parts"].items():
        sources[id]["part_of"] = main
    return sources


def _titles(records: dict[str, dict], sources: dict[str, dict]) -> dict[str, dict]:
    return {
        id: {
            "page": sources[id]["page"],
            "title": record.get("title", ""),
            "part_of": sources[id].get("part_of", ""),
        }
        for id, record in records.items()
    }


def _linked(page: str, name: str, titles: dict[str, dict], no_brief: str) -> str:
    def led(link: re.Match) -> str:
        id, words = link.groups()
        if id not in titles:
            return words
        return f'<a href="{titles[id]["page"].removeprefix(name)}">{words}</a>'

    return re.sub(
        r'<a href="#([A-Z]\d+[A-Z]?(?:-\w+)*)">(.*?)</a>', led, page.replace(no_brief, "")
    )


def _hashes(contents: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(contents[name]).hexdigest() for name in sorted(contents)}


def _figures(folder: Path, records: dict[str, dict], sources: dict[str, dict]) -> dict[str, dict]:
    figures = {}
    hashes = result_cache.hashes(folder / "figures")
    for id, record in records.items():
        files = {
            f"figures/{name}": digest
            for name, digest in hashes.items()
            if name.startswith(f"{id}.")
        }
        facts = {"n": record.get("n"), "files": files}
        figures[id] = sources[id] | facts | _key_numbers(record)
    return figures


def _key_numbers(record: dict) -> dict[str, dict]:
    fields = ("label", "written", "value", "low", "high", "n")
    numbers = record.get("numbers", [])
    by_key = {number["key"]: {name: number[name] for name in fields} for number in numbers}
    if by_key:
        return {"key_numbers": by_key}
    return {}


PACKAGES = (
    "partnership-impact-study",
    "pandas",
    "numpy",
    "matplotlib",
    "papermill",
    "nbconvert",
    "typst",
)


def report_manifest(edition: ReportEdition, figures: dict, failed: list, origin: dict) -> dict:
    """What a report was made from and with, and where each of its figures is; of the files behind
    it (`origin`) the team alone is told, and others which rules of secrecy were weakened.
    """
    study = edition.study
    made_from = {"code": origin["code"], "conventions": dict(study.conventions)}
    if edition.asked.audience == "team":
        made_from = origin | made_from | {"merges": study.raw("merges").to_dict("records")}
    elif weaker := weaker_rules(study.conventions):
        made_from["weaker_secrecy"] = weaker
    return made_from | {
        "study": edition.meta["study"],
        "day": str(edition.meta["day"].date()),
        "synthetic": edition.meta["synthetic"],
        "guesses": edition.meta["guesses"],
        "parameters": edition.meta["asked"],
        "versions": {name: version(name) for name in PACKAGES},
        "notebooks": [file.name for file in edition.notebooks],
        "figures": figures,
        "failed": [line for _title, line in failed],
    }
