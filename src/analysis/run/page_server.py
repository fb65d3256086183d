"""The server of JupyterLab runs the page of `impact-study prepare` before a browser opens it: nobody
has to find a menu first.
"""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import output_from_msg

NOTEBOOK = "notebooks/explore/prepare.ipynb"
READY = "The page is ready: %s"
_SHOWN = ("display_data", "execute_result", "stream", "error")  # messages of a kernel


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter before its server starts: the browser waits for the page."""
    opens_browser, server.open_browser = server.open_browser, False
    server.io_loop.add_callback(run_page, server, opens_browser)


async def run_page(server: Any, opens_browser: bool) -> None:
    """Run the page in a kernel of its own, which JupyterLab takes up as it opens the notebook."""
    session = await server.session_manager.create_session(
        path=NOTEBOOK, name=NOTEBOOK, type="notebook", kernel_name="python3"
    )
    notebook = nbformat.read(Path(server.root_dir) / NOTEBOOK, as_version=4)
    page = next(cell for cell in notebook.cells if cell.cell_type == "code")
    messages: list[dict] = []
    client = server.kernel_manager.get_kernel(session["kernel"]["id"]).client()
    # The heartbeat is a thread that would outlive a server that is stopped meanwhile.
    client.start_channels(hb=False)
    await client.execute_interactive(page.source, allow_stdin=False, output_hook=messages.append)
    client.stop_channels()
    shown = [message for message in messages if message["msg_type"] in _SHOWN]
    page.outputs = [output_from_msg(message) for message in shown]
    page.metadata["trusted"] = True
    model = {"type": "notebook", "format": "json", "content": notebook}
    await server.contents_manager.save(model, NOTEBOOK)
    server.log.info(READY, server.display_url)
    if opens_browser:
        server.launch_browser()
