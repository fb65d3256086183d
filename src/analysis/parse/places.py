"""French departments and regions, as people write them, by name or by code; former regions are read
as present ones.
"""

from functools import cache

import numpy as np
import pandas as pd

from analysis.parse.column import (
    LETTERS,
    Read,
    bare_letters,
    extracted,
    faults,
    mapped,
    matching,
    reference_rows,
    sub,
    synonyms,
    text,
)
from analysis.text.messages import say

_ARTICLES = (
    r"^(?:conseil (?:departemental|general|regional) |departement |region |prefecture |collectivite )?"
    r"(?:de la |de l |du |des |de |d )?(?:la |le |les |l )?"
)
_CODE = "(?P<code>[0-9]{1,3}|2[ab])"


def _name(texts: pd.Series) -> pd.Series:
    return sub(sub(bare_letters(texts), r"\bst(e?)\b", r"saint\1"), _ARTICLES)


def _by_name(table: dict[str, str]) -> dict[str, str]:
    return dict(zip(_name(pd.Series(list(table), dtype="str")), table.values(), strict=True))


@cache
def _departments() -> tuple[dict[str, str], dict[str, str]]:
    """Codes and names as written -> department code."""
    rows = reference_rows("departments")
    codes = {row["department"]: row["department"] for row in rows}
    codes |= {code.lstrip("0"): code for code in codes}
    names = {row["name"]: row["department"] for row in rows}
    return codes, _by_name(synonyms("department") | names)


@cache
def _regions() -> tuple[dict[str, str], dict[str, str]]:
    """Codes and names as written, before and since 2016 -> name of the present region."""
    present = {row["region_code"]: row["region"] for row in reference_rows("regions")}
    rows = [row for row in reference_rows("departments") if row["region"]]
    codes = {row["former_region_code"]: row["region"] for row in rows} | present
    codes |= {code.lstrip("0"): name for code, name in present.items()}
    former = {row["former_region"]: row["region"] for row in rows}
    return codes, _by_name(synonyms("region") | former | {name: name for name in present.values()})


def _places(
    texts: pd.Series, codes: dict[str, str], names: dict[str, str]
) -> tuple[pd.Series, pd.Series]:
    """What a text names (by its code, its name, or both where they agree), and its code as written."""
    code_first = rf"(?i)^[dr]?0?{_CODE}[md]?(?:\.0)?(?:[ \-–—:/(]+(?P<name>[{LETTERS}].*))?$"
    front = extracted(texts, code_first)
    back = extracted(texts, rf"(?i)^(?P<name>[{LETTERS}].*?)[ \-–—:/(]+{_CODE}\)?$")
    code = front["code"].fillna(back["code"]).str.upper()
    name = front["name"].fillna(back["name"]).fillna(texts)
    by_code, by_name = mapped(code, codes), mapped(_name(name), names)
    named = by_name.where(code.isna() | by_code.eq(by_name))
    return named.mask(front["name"].eq(""), by_code), code


def departments(cells: pd.Series) -> Read:
    """Department codes ("01", "2A", "971"), from codes, names, or postcodes and commune codes of
    five characters.

    Both parts of the Rhône ("69D", "69M") are 69. "20" is a fault (rule M11), since it may be 2A or
    2B. A code beside a name must be that name's. A postcode tells the department but for a few
    communes that a neighbour serves.

    >>> departments(pd.Series(["1", "Ain", "44 - Loire-Atlantique", "69M", "20137", "20"]))[0].tolist()
    ['01', '01', '44', '69', '2A', nan]
    """
    plain = text(cells)
    position, code = _places(plain, *_departments())
    postcode = extracted(plain.str.upper(), r"^(?P<post>[0-9AB]{4,5})(?:\.0)?$")["post"]
    postcode = postcode.str.zfill(5)
    start = postcode.str.slice(0, 2).mask(matching(postcode, "^9[78]"), postcode.str.slice(0, 3))
    corsica = np.where(matching(postcode, "^20[01]"), "2A", "2B")
    start = start.mask(matching(postcode, "^20"), pd.Series(corsica, cells.index))
    position = position.fillna(mapped(start, _departments()[0]))
    unread = plain.notna() & position.isna()
    return position, faults(
        cells,
        (unread & code.eq("20"), "M11", say("parse.corsica")),
        (unread, "M11", say("parse.department")),
    )


def regions(cells: pd.Series) -> Read:
    """Names of the present regions, from names or codes, before or since 2016.

    A bare number is a region's code: 75 is Nouvelle-Aquitaine, since Paris is the department 75
    (rule M12). One that is no region's code is a fault; where many are, the column holds
    departments, and all its bare numbers are faults.

    >>> regions(pd.Series(["Poitou-Charentes", "PACA", "75", "82", "Ile de France"]))[0].tolist()
    ['Nouvelle-Aquitaine', "Provence-Alpes-Côte d'Azur", 'Nouvelle-Aquitaine', 'Auvergne-Rhône-Alpes', 'Île-de-France']
    """
    plain = text(cells)
    position, code = _places(plain, *_regions())
    is_bare = matching(plain, r"^[0-9AB]{1,3}(?:\.0)?$")
    of_department = is_bare & position.isna() & code.isin(_departments()[0])
    # A column of departments: what is a region's code as well is none here.
    if of_department.sum() > is_bare.sum() / 5:
        of_department = is_bare
    unread = plain.notna() & position.isna()
    return position.mask(of_department), faults(
        cells,
        (of_department, "M12", say("parse.department_instead")),
        (unread, "M13", say("parse.region")),
    )


def region_of(departments: pd.Series) -> pd.Series:
    """The present region of a department code; missing for collectivities overseas: in none.

    >>> region_of(pd.Series(["86", "75", "2A", "975"])).tolist()
    ['Nouvelle-Aquitaine', 'Île-de-France', 'Corse', nan]
    """
    table = {
        row["department"]: row["region"] for row in reference_rows("departments") if row["region"]
    }
    return mapped(departments, table)


def department_names() -> list[str]:
    """The names of all departments and collectivities overseas.

    >>> department_names()[:2]
    ['Ain', 'Aisne']
    """
    return [row["name"] for row in reference_rows("departments")]
