"""JupyterLab as an analyst sees it: the tour runs, the panel answers to the keyboard, and nothing leaves this machine."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analysis import explore
from conftest import ROOT
from test_page import CHROMIUM, QUIET

pytestmark = pytest.mark.browser
TOKEN = "tour"
ASKS = ("news", "update", "extensions")  # what JupyterLab's server would ask other machines for
RAN = """() => {
    const cells = [...window.jupyterapp.shell.currentWidget.content.widgets]
    return cells.every(cell => cell.model.type != 'code' || cell.model.executionCount)
}"""
WRONG = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type == 'code')
    .flatMap(cell => cell.model.outputs.toJSON())
    .filter(output => output.output_type == 'error' || output.name == 'stderr')"""
EXPOSED = '{"LabApp": {"expose_app_in_browser": true}}'  # so that a test may ask how far it is
OTHER = "before => { const now = document.querySelector('[aria-labelledby=panel-F3-t]'); return now && now.innerHTML != before }"
TITLED = "told => document.querySelector('[aria-labelledby=panel-F3-t] h3')?.innerText === told"


@contextlib.contextmanager
def server_of(root: Path, with_clean: Path):
    """A JupyterLab opened by `impact-study lab` in a project of its own at `root`, whose demonstration
    is already cleaned below `with_clean`: the address of the tour.
    """
    shutil.copytree(
        ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns("start.*.ipynb", ".*")
    )
    (root / ".impact-study").touch()
    (root / "settings").mkdir()
    (root / "settings/jupyter_lab_config.json").write_text(EXPOSED, encoding="utf-8")
    (root / "data/raw").mkdir(parents=True)
    (root / "data/raw/demo").symlink_to(ROOT / "data/raw/demo")
    (root / "data/processed").mkdir()
    (root / "data/processed/demo").symlink_to(with_clean / "data/processed/demo")
    with contextlib.closing(socket.create_server(("localhost", 0))) as free:
        port = free.getsockname()[1]
    own = {"CONFIG_DIR": "settings", "DATA_DIR": "data", "RUNTIME_DIR": "runtime"}
    env = os.environ | {f"JUPYTER_{name}": str(root / place) for name, place in own.items()}
    env |= {"JUPYTER_PORT": str(port), "JUPYTER_TOKEN": TOKEN, "HOME": str(root)}
    command = [
        sys.executable,
        "-c",
        "from analysis.run.cli import main; main()",
        "lab",
        "--no-browser",
        "--allow-root",
        "--lang",
        "fr",
    ]
    server = subprocess.Popen(
        command, cwd=root, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    told = []
    for line in server.stderr:
        told.append(line)
        if "is running at" in line:
            break
    assert server.poll() is None, "".join(told)
    rest = threading.Thread(
        target=server.stderr.read, daemon=True
    )  # ends when the last of its processes has
    rest.start()
    yield f"http://localhost:{port}/lab/tree/notebooks/explore/start.fr.ipynb?token={TOKEN}"
    server.terminate()  # this process alone: it ends JupyterLab, and that its kernels
    server.wait(600)
    rest.join(600)
    assert not rest.is_alive()


@pytest.fixture(scope="module")
def lab(cleaned_demo, tmp_path_factory):
    """The address of a JupyterLab at the tour, and the project that it was opened in."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium (set CHROMIUM to its path), which is not here")
    root = tmp_path_factory.mktemp("lab")
    with server_of(root, cleaned_demo) as address:
        yield address, root


@pytest.fixture(scope="module")
def page(lab):
    """The tour run in Chromium; what it asked of other machines and complained of is kept in `page.heard`."""
    api = pytest.importorskip("playwright.sync_api")
    address = lab[0].partition("/lab")[0]
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = browser.new_page(viewport={"width": 1400, "height": 1000})
        opened.set_default_timeout(600_000)
        opened.heard = []
        here = (address, address.replace("http", "ws"), "data:", "blob:")
        away = lambda url: (
            not url.startswith(here)
            or url.startswith(tuple(f"{address}/lab/api/{ask}" for ask in ASKS))
        )
        opened.on(
            "request",
            lambda request: opened.heard.append(request.url) if away(request.url) else None,
        )
        opened.on(
            "websocket",
            lambda socket: opened.heard.append(socket.url) if away(socket.url) else None,
        )
        opened.on(
            "console",
            lambda message: opened.heard.append(message.text) if message.type == "error" else None,
        )
        opened.on("pageerror", lambda error: opened.heard.append(str(error)))
        run_all(opened, lab[0])
        yield opened
        browser.close()


def run_all(page, address: str) -> None:
    """Open a notebook and run it top to bottom."""
    page.goto(address)
    page.get_by_text("| Idle").wait_for()  # before that, JupyterLab forgets what it is asked to run
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(RAN, timeout=240_000)


def test_the_tour_runs_top_to_bottom(page, lab):
    assert page.get_by_role("heading", name="Visite de l’étude en quinze pas").count() == 1
    assert page.evaluate(WRONG) == []
    assert page.locator("article.exhibit svg").count() >= 6
    saved = lab[1] / "notebooks/explore/my-question.ipynb"
    assert 'study.with_(region=\\"' in saved.read_text(encoding="utf-8")
    assert page.heard == []


def test_a_control_moved_by_the_keyboard_changes_the_figure(page, cleaned_demo):
    controls = page.locator(".study-controls")
    controls.scroll_into_view_if_needed()
    figure = page.locator("[aria-labelledby=panel-F3-t]")
    before = figure.inner_html()
    controls.get_by_label("Délai de grâce (jours)").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function(OTHER, arg=before)
    before = figure.inner_html()
    for _stop in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("Bretagne")
    page.keyboard.press("Tab")
    page.wait_for_function(OTHER, arg=before)
    asked = {"grace_days": 210, "region": "Bretagne", "lang": "fr"}
    told = explore.open(str(cleaned_demo / "data/processed/demo"), **asked).exhibit("F3").title
    page.wait_for_function(TITLED, arg=told)  # it may be drawn more than once on the way
    page.get_by_text("3 coupes regardées").wait_for()
    assert page.heard == []


def test_each_control_has_a_name_and_keeps_its_keys(page):
    # JupyterLab lays out what is in view only: a label out of view has no text yet
    page.locator(".study-controls").scroll_into_view_if_needed()
    page.get_by_label("Délai de grâce (jours)").wait_for()
    fields = page.locator(".study-controls input")
    assert fields.count() == 7
    for place in range(7):
        field = fields.nth(place)
        assert field.evaluate(
            "one => one.labels.length == 1 && one.labels[0].innerText.trim().length > 0"
        )
        assert field.evaluate(
            "one => one.matches(':read-write')"
        )  # else JupyterLab takes its keys for commands


def test_the_panel_has_no_barrier(page):
    from axe_playwright_python.sync_playwright import Axe

    looked = {
        "include": [
            [".study-controls"],
            [".keys.glance"],
            ["article[aria-labelledby^=panel]"],
            [".opening"],
        ]
    }
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]}
    found = Axe().run(page, context=looked, options=rules).response["violations"]
    assert not [
        (one["id"], one["nodes"][0]["html"][:200], one["nodes"][0].get("failureSummary"))
        for one in found
    ]


def test_what_is_shown_follows_a_dark_theme(page):
    paper = "() => getComputedStyle(document.querySelector('article.exhibit')).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_text("Theme", exact=True).hover()
    page.get_by_text("JupyterLab Dark", exact=True).click()
    page.wait_for_function(f"light => ({paper})() != light", arg=light)
    assert page.evaluate(paper) == "rgb(20, 23, 28)"
    assert page.heard == []


@pytest.mark.skipif("LAB_CHECK" not in os.environ, reason="takes two minutes: make lab-check")
@pytest.mark.parametrize("name", ["explore/gallery", "2_durability"])
def test_a_notebook_runs_top_to_bottom(page, lab, name):
    alone = f"/lab/workspaces/{name.replace('/', '-')}/tree"  # without the tabs open before
    run_all(page, lab[0].replace("/lab/tree", alone).replace("explore/start.fr", name))
    assert page.evaluate(WRONG) == []
    assert page.heard == []
