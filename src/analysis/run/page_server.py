"""The server of JupyterLab runs the page of `impact-study prepare` before a browser opens it: nobody
has to find a menu first.
"""

import asyncio
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import output_from_msg

NOTEBOOK = "notebooks/explore/prepare.ipynb"
READY = "The page is ready: %s"
NOT_RUN = "The page could not be run before it opens (%s); its cell can be run there: %s"
_SHOWN = ("display_data", "execute_result", "stream", "error")  # messages of a kernel


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter before its server starts: the browser waits for the page."""
    opens_browser, server.open_browser = server.open_browser, False
    server.io_loop.add_callback(open_page, server, opens_browser)


async def open_page(server: Any, opens_browser: bool) -> None:
    """Open the page when it has run; where it cannot be run, its notebook opens as it lies."""
    try:
        await run_page(server)
        server.log.info(READY, server.display_url)
    except Exception as failure:  # whatever it is, nobody may wait for a browser in vain
        server.log.warning(NOT_RUN, str(failure) or type(failure).__name__, server.display_url)
    if opens_browser:
        server.launch_browser()


async def run_page(server: Any) -> None:
    """Run the page in a kernel of its own, which JupyterLab takes up as it opens the notebook.

    Raises RuntimeError where the kernel ends before the page is there, for want of memory say.
    """
    session = await server.session_manager.create_session(
        path=NOTEBOOK, name=NOTEBOOK, type="notebook", kernel_name="python3"
    )
    notebook = nbformat.read(Path(server.root_dir) / NOTEBOOK, as_version=4)
    page = next(cell for cell in notebook.cells if cell.cell_type == "code")
    kernel = server.kernel_manager.get_kernel(session["kernel"]["id"])
    messages = await _messages(kernel, page.source)
    shown = [message for message in messages if message["msg_type"] in _SHOWN]
    page.outputs = [output_from_msg(message) for message in shown]
    page.metadata["trusted"] = True
    model = {"type": "notebook", "format": "json", "content": notebook}
    await server.contents_manager.save(model, NOTEBOOK)


async def _messages(kernel: Any, source: str) -> list[dict]:
    """What a kernel says while it runs a cell."""
    messages: list[dict] = []
    ended = asyncio.Event()
    for event in ("restart", "dead"):
        kernel.add_restart_callback(ended.set, event)
    client = kernel.client()
    # The heartbeat is a thread that would outlive a server that is stopped meanwhile.
    client.start_channels(hb=False)
    running = asyncio.ensure_future(
        client.execute_interactive(source, allow_stdin=False, output_hook=messages.append)
    )
    ending = asyncio.ensure_future(ended.wait())
    await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
    client.stop_channels()
    if not running.done():
        running.cancel()
        raise RuntimeError("its process ended, for want of memory maybe")
    ending.cancel()
    running.result()
    return messages
