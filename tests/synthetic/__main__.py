"""Write the raw exports of a drawn programme, or one long list of grants.

`make demonstration` writes `data/raw/demo` again. Another programme, elsewhere, from the root of the project:

    PYTHONPATH=tests .venv/bin/python -m synthetic FOLDER --seed 2 --relations 10000
    PYTHONPATH=tests .venv/bin/python -m synthetic FOLDER --grants 1000000
"""

import argparse
from pathlib import Path

from synthetic import grants, write_demo


def main() -> None:
    parser = argparse.ArgumentParser(prog="synthetic", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the raw exports")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another programme")
    parser.add_argument("--relations", type=int, default=1500, help="how many local partnerships")
    parser.add_argument("--grants", type=int, default=0, help="one list of so many grants instead")
    asked = parser.parse_args()
    if asked.grants:
        grants.write_list(asked.folder / "subventions.csv", asked.seed, asked.grants)
        (asked.folder / "study.toml").write_text(grants.STUDY, encoding="utf-8")
    else:
        write_demo(asked.folder, asked.seed, asked.relations)


if __name__ == "__main__":
    main()
