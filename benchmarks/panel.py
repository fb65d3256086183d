"""Seconds for the panel of JupyterLab to redraw after a control has moved, on the demonstration and on 100 000 relations.

python benchmarks/panel.py [RELATIONS ...]

Processor time: what an idle machine takes. A filter leaves the day's relations as they are; a new day, grace or rule of who is
who draws them anew.
"""

import datetime
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

import record
import synthetic
from analysis import explore
from analysis.run import pipeline

MOVES = {
    "region": ["Bretagne", "Normandie", "Occitanie", ""],
    "level": ["local", "national", "regional", ""],
    "grace_days": [60, 90, 120, 365],
    "day": [datetime.date(2017, month, 15) for month in (2, 5, 8, 11)],
    "identity": ["name", "identifier", "name", "identifier"],
}


def moved(panel, control: str, value) -> float:
    words = {known: said for said, known in panel.values.get(control, {}).items()}
    began = time.process_time()
    panel.controls[control].value = words.get(value, value)
    return time.process_time() - began


def main(sizes: list[int]) -> None:
    rows = []
    for many in sizes:
        with tempfile.TemporaryDirectory() as where:
            raw = Path(where) / "raw"
            synthetic.write_demo(raw, 1, many)
            panel = explore.open(
                str(pipeline.clean_folder(raw, {}, out=Path(where) / "clean")), lang="en"
            ).panel()
            for control, values in MOVES.items():
                spent = [moved(panel, control, value) for value in values]
                rows.append(
                    {
                        "relations": many,
                        "control": control,
                        "seconds": statistics.median(spent),
                        "slowest": max(spent),
                    }
                )
                print(rows[-1])
    record.section(
        "Panel",
        pd.DataFrame(rows),
        "Processor seconds of a redraw after a control has moved, median and slowest of four.",
    )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1_500, 100_000])
