"""One long messy grant list, as French authorities publish them: what the speed of cleaning is measured on."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from synthetic import files, parties
from synthetic.relations import random
from synthetic.wording import texts

CHUNK = 500_000
HEADERS = [
    "Nom de l'attribuant",
    "Référence de la décision",
    "Date de la convention",
    "Nom du bénéficiaire",
    "Identification du bénéficiaire",
    "Objet de la subvention",
    "Montant de la subvention",
]
PURPOSES = [
    "Fonctionnement",
    "fonctionnement annuel",
    "Investissement",
    "Projet associatif",
    "Aide à l'emploi",
    "Manifestation",
    "Équipement",
]
STUDY = """# Drawn, not observed; written by tests/synthetic, with --grants.
[study]
name = "demo-subventions"
title = "Subventions (données de démonstration)"
synthetic = true
"""


def write_list(path: Path, seed: int = 1, rows: int = 1_000_000) -> None:
    """A list of `rows` grants to one recipient per twenty rows: cp1252, `;`, decimal commas, spaces in thousands, dates in
    four forms, SIRET with and without spaces, names in several cases and without accents, NC.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_list(Path(folder) / "grants.csv", rows=100)
    ...     len((Path(folder) / "grants.csv").read_bytes().splitlines())
    101
    """
    rng = random(seed, "grants")
    many = max(rows // 20, 1)
    recipients = parties.draw_partners(rng, many, 0, 0)
    plain = recipients["name"].str.normalize("NFKD").str.replace(r"[\u0300-\u036f]", "", regex=True)
    names = _variants(
        recipients["name"],
        recipients["name"].str.upper(),
        plain,
        plain.str.upper(),
        recipients["name"] + " ",
    )
    sirets = recipients["siret"].fillna("")
    spaced = sirets.str.replace(r"(\d{3})(\d{3})(\d{3})(\d{5})", r"\1 \2 \3 \4", regex=True)
    sirets = _variants(sirets, sirets, spaced, sirets.where(np.arange(many) % 50 > 0, ""))
    days = pd.Series(pd.date_range("2010-01-01", "2018-12-31"))
    partial = (
        days.dt.month.map(dict(enumerate(texts("month"), 1))) + " " + days.dt.year.astype("str")
    )
    dates = _variants(
        *(days.dt.strftime(form) for form in ["%d/%m/%Y"] * 6 + ["%Y-%m-%d"] * 2 + ["%d/%m/%y"]),
        partial,
    )
    values = pd.Series(np.unique(np.round(rng.lognormal(8, 1.3, 50_000), 2)))
    french = values.map(lambda value: f"{value:,.2f}".replace(",", " ").replace(".", ","))
    unknown = french.where(rng.random(len(values)) > 0.05, "NC")
    amounts = _variants(french, french, french.str.replace(" ", ""), french + " €", unknown)
    funders, purposes = (
        _variants(pd.Series([f"Département démo {i:02d}" for i in range(1, 31)])),
        _variants(pd.Series(PURPOSES)),
    )
    for begun in range(0, rows, CHUNK):
        size = min(CHUNK, rows - begun)
        recipient = rng.integers(0, many, size)
        some = lambda pool, of=0, kinds=1, size=size: pool.take(
            pa.array(of + kinds * rng.integers(0, len(pool) // kinds, size))
        )
        number = pd.Series(np.arange(begun, begun + size)).astype("str")
        theirs = {"of": recipient, "kinds": many}
        columns = [
            some(funders),
            "D" + number,
            some(dates),
            some(names, **theirs),
            some(sirets, **theirs),
        ]
        columns += [some(purposes), some(amounts)]
        frame = pd.DataFrame(
            {
                name: pd.Series(column, dtype="str")
                for name, column in zip(HEADERS, columns, strict=True)
            }
        )
        files.write_csv(path, frame, append=begun > 0)


def _variants(*ways: pd.Series) -> pa.Array:
    """All ways of writing the values, one way after the other."""
    return pa.array(pd.concat(ways).astype("str"), pa.string())
