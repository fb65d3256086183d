"""A study prepared without code: one page in JupyterLab with four parts, and the report made from
it.

The page is a view of `study.toml`, `partners.csv` and `corrections.csv` beside the raw files.
`choices` reads and writes them, `parts` shows them.
"""

import html
import os
import subprocess
import sys
import threading
from pathlib import Path

import ipywidgets as widgets

from analysis import layout
from analysis.article.captions import stylesheet
from analysis.declare.faults import Refused, refusal
from analysis.prepare.choices import Choices
from analysis.prepare.faults_in_words import faults_in_words, total_in_words
from analysis.prepare.fields import IN_A_ROW, button, paragraph, read_aloud, words
from analysis.prepare.files_beside import without_controls_guessed
from analysis.prepare.parts import PAGE_PARTS
from analysis.report import STEPS
from analysis.text import formatting
from analysis.text.messages import entries, say

__all__ = ["Choices", "PreparePage", "open"]
FAULTS_SHOWN = 8


def open(data: str | Path, lang: str = "fr", reports: str | Path = "reports") -> "PreparePage":
    """The page of a folder of raw files, in French or English; `reports` is the folder of the
    project's reports.
    """
    formatting.use(lang)
    folder = Path(data)
    if not folder.is_dir():
        raise refusal(str(folder), "expected a folder of raw files", rule="missing")
    return PreparePage(folder, lang, Path(reports))


class PreparePage(widgets.VBox):
    """The four parts, what is still wrong or to be answered, and the buttons that save and run.

    Every field and button is reached by Tab and moved by the keyboard; what changes is said in
    words.
    """

    def __init__(self, folder: Path, lang: str, reports: Path):
        self.lang, self.reports = lang, reports
        self.choices = Choices(folder)
        # who is who changes no preview: hundreds of answers wait for no reading of the raw files
        after = {"partners": self.tell}
        self.parts = {
            name: part(self.choices, after.get(name, self.changed))
            for name, part in PAGE_PARTS.items()
        }
        self.choose = {
            name: button(title, lambda name=name: self.show(name))
            for name, title in entries("prepare.parts").items()
        }
        self.body = widgets.VBox()
        self.state = words("", "status")
        self.progress = widgets.IntProgress(layout=widgets.Layout(display="none", width="24em"))
        self.report = words("", "status")
        self.run_button = button(say("prepare.run"), self.run, "success")
        actions = [button(say("prepare.save"), self.save), self.run_button, self.progress]
        title = f"{say('prepare.title')} – {self.choices.study.title or self.choices.study.name}"
        super().__init__(
            [
                widgets.HTML(stylesheet()),
                words(f"<h1>{html.escape(title)}</h1>"),
                widgets.HBox(list(self.choose.values()), layout=IN_A_ROW),
                self.body,
                self.state,
                widgets.HBox(actions, layout=IN_A_ROW),
                self.report,
            ]
        )
        self.add_class("prepare")
        self.show("columns")
        self.tell()

    def show(self, name: str) -> None:
        """Show one of the four parts."""
        formatting.use(self.lang)
        for item, chosen in self.choose.items():
            chosen.button_style = "info" if item == name else ""
        self.body.children = [self.parts[name]]

    def changed(self) -> None:
        """A choice was made: see what it gives."""
        formatting.use(self.lang)
        columns = self.parts["columns"]
        open_before = self.choices.questions_of_rows.keys
        self.choices.look()
        columns.tell()
        if self.choices.questions_of_rows.keys - open_before:
            columns.show()  # with a field for each
        cells, partners = self.parts["cells"], self.parts["partners"]
        # what was answered leads to further cells and pairs
        if len(self.choices.cells_to_mend()) > len(cells.cells):
            cells.fill()
        if len(self.choices.pairs_to_look_at()) > len(partners.pairs):
            partners.fill()
        self.tell()

    def tell(self) -> None:
        """Say what is still to be answered, decided or mended, and what is wrong."""
        formatting.use(self.lang)
        self.parts["publication"].tell()
        pairs, cells = self.parts["partners"].pairs, self.parts["cells"].cells
        counts = [
            say(
                "prepare.columns_to_answer",
                n=self.choices.questions - len(self.choices.study.guessed),
            ),
            say("prepare.pairs_to_decide", n=int(pairs["answer"].isin(["", "later"]).sum())),
            say("prepare.cells_to_mend", n=int((cells["correction"] == "").sum())),
        ]
        if self.choices.study.guessed:
            counts.append(say("prepare.day_to_confirm"))
        lines = paragraph(" · ".join(counts)) + _listed(faults_in_words(self.choices))
        if total := total_in_words(self.choices):
            lines += paragraph(total)
        self.state.value = read_aloud(lines, "status")

    def save(self) -> bool:
        """Write the files beside the data, and read the raw files as these now say; nothing is
        written while an answer is none that can be read.
        """
        formatting.use(self.lang)
        if any(fault.rule == "study.toml" for fault in self.choices.faults):
            self.tell()
            return False
        try:
            self.choices.save()
        except Refused as refused:
            lines = "".join(paragraph(str(fault)) for fault in refused.faults)
            self.report.value = read_aloud(lines, "alert")
            return False
        self.choices.study = without_controls_guessed(layout.study_file(self.choices.folder))
        self.choices.has_sources = bool(self.choices.study.source)
        self.choices.read()
        for part in ("columns", "partners", "cells"):
            self.parts[part].fill()
        self.tell()
        written = say("prepare.saved", folder=str(self.choices.folder))
        self.report.value = read_aloud(paragraph(written), "status")
        return True

    def run(self) -> None:
        """Save, and make the report beside the page; its link is shown once it is there. Whoever
        asks for it confirms the total that stood above the button, if it is what is read; who was
        told to be one partner does not change it.
        """
        formatting.use(self.lang)
        shown = [question.answer for question in self.choices.questions_on_total]
        if not self.save():
            return
        read = [question.answer for question in self.choices.questions_on_total]
        if shown and read == shown:
            self.parts["publication"].confirm_total()
            if not self.save():
                return
        is_asked = self.choices.questions or self.choices.faults
        if is_asked or self.choices.questions_on_total:
            first = "prepare.answer_first" if is_asked else "prepare.total_first"
            self.report.value = read_aloud(paragraph(say(first)), "status")
            return
        self.run_button.disabled = True
        self.progress.value, self.progress.layout.display = 0, None
        self.report.value = read_aloud(paragraph(say("prepare.being_made")), "status")
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        formatting.use(self.lang)
        command = [sys.executable, "-P", "-m", "analysis", "run", "--lang", self.lang]
        command += ["--data", str(self.choices.folder.absolute())]
        process = subprocess.Popen(
            command,
            cwd=self.reports.absolute().parent,
            env=os.environ | {STEPS: "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        lines = []
        for line in process.stderr:
            if line.startswith(STEPS):
                done, total = line.split()[1].split("/")
                self.progress.value, self.progress.max = int(done), int(total)
            else:
                lines.append(line.strip())
        index = Path(process.stdout.read().strip())
        code = process.wait()
        self.progress.layout.display = "none"
        self.run_button.disabled = False
        paragraphs = "".join(map(paragraph, lines[:FAULTS_SHOWN]))
        if code in (0, 1) and index.name:
            position = index.relative_to(self.reports.absolute().parent).as_posix()
            label = html.escape(say("prepare.open_report"))
            target = f'href="/files/{html.escape(position)}" target="_blank"'
            link = f'<a {target} style="text-decoration:underline">{label}</a>'
            paragraphs = f"<p>{link} ({html.escape(str(index))})</p>{paragraphs}"
        self.report.value = read_aloud(paragraphs, "status")


def _listed(faults: list[str]) -> str:
    lines = [f"<li>{html.escape(fault)}</li>" for fault in faults[:FAULTS_SHOWN]]
    if len(faults) > FAULTS_SHOWN:
        more = say("prepare.more_faults", n=len(faults) - FAULTS_SHOWN)
        lines.append(f"<li>{html.escape(more)}</li>")
    if lines:
        return f"<ul>{''.join(lines)}</ul>"
    return ""
