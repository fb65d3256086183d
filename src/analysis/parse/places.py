"""French departments and regions, as people write them, by name or by code; former regions are read as present ones."""

from functools import cache

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.parse.column import (
    STRING,
    Read,
    distinct,
    flags,
    folded,
    like,
    mapped,
    reference,
    sub,
    synonyms,
)
from analysis.text import formatting

_ = formatting.text
_ARTICLES = (
    r"^(?:conseil (?:departemental|general|regional) |departement |region |prefecture |collectivite )?"
    r"(?:de la |de l |du |des |de |d )?(?:la |le |les |l )?"
)

_CODE = "(?P<code>[0-9]{1,3}|2[ab])"


def _name(values: pa.Array) -> pa.Array:
    return sub(sub(folded(values), r"\bst(e?)\b", r"saint\1"), _ARTICLES)


def _named(table: dict[str, str]) -> dict[str, str]:
    return dict(zip(_name(pa.array(list(table), STRING)).to_pylist(), table.values(), strict=True))


@cache
def _departments() -> tuple[dict[str, str], dict[str, str]]:
    """Codes and names as written -> department code."""
    rows = reference("departments")
    codes = {row["department"]: row["department"] for row in rows}
    codes |= {code.lstrip("0"): code for code in codes}
    return codes, _named(synonyms("department") | {row["name"]: row["department"] for row in rows})


@cache
def _regions() -> tuple[dict[str, str], dict[str, str]]:
    """Codes and names as written, before and since 2016 -> name of the present region."""
    now = {row["region_code"]: row["region"] for row in reference("regions")}
    rows = [row for row in reference("departments") if row["region"]]
    codes = {row["former_region_code"]: row["region"] for row in rows} | now
    codes |= {code.lstrip("0"): name for code, name in now.items()}
    names = (
        synonyms("region")
        | {row["former_region"]: row["region"] for row in rows}
        | {name: name for name in now.values()}
    )
    return codes, _named(names)


def _placed(
    text: pa.Array, codes: dict[str, str], names: dict[str, str]
) -> tuple[pa.Array, pa.Array]:
    """What a text names (by its code, its name, or both where they agree), and its code as written."""
    parts = pc.extract_regex(
        text, rf"(?i)^[dr]?0?{_CODE}[md]?(?:\.0)?(?:[ \-–—:/(]+(?P<name>\pL.*))?$"
    )
    back = pc.extract_regex(text, rf"(?i)^(?P<name>\pL.*?)[ \-–—:/(]+{_CODE}\)?$")
    code = pc.utf8_upper(pc.coalesce(pc.struct_field(parts, "code"), pc.struct_field(back, "code")))
    label = pc.coalesce(pc.struct_field(parts, "name"), pc.struct_field(back, "name"), text)
    bare = like(pc.struct_field(parts, "name"), "^$")
    by_code, by_name = mapped(code, codes), mapped(_name(label), names)
    named = pc.if_else(
        pc.or_kleene(pc.is_null(code), pc.equal(by_code, by_name)), by_name, pa.scalar(None, STRING)
    )
    return pc.if_else(pa.array(bare), by_code, named), code


def departments(cells: pd.Series) -> Read:
    """Department codes ("01", "2A", "971"), from codes, names, or postcodes and commune codes of five characters.

    Both parts of the Rhône ("69D", "69M") are 69. "20" is a fault (rule M11), since it may be 2A or 2B. A code beside a
    name must be that name's. A postcode tells the department but for a few communes that a neighbour serves.

    >>> departments(pd.Series(["1", "Ain", "44 - Loire-Atlantique", "69M", "20137", "20"]))[0].tolist()
    ['01', '01', '44', '69', '2A', nan]
    """
    column = distinct(cells)
    place, code = _placed(column.text, *_departments())
    post = pc.extract_regex(pc.utf8_upper(column.text), r"^(?P<post>[0-9AB]{4,5})(?:\.0)?$")
    post = pc.utf8_lpad(pc.struct_field(post, "post"), 5, "0")
    corsica = pc.if_else(pa.array(like(post, "^20[01]")), "2A", "2B").cast(STRING)
    start = pc.if_else(
        pa.array(like(post, "^9[78]")),
        pc.utf8_slice_codeunits(post, 0, 3),
        pc.utf8_slice_codeunits(post, 0, 2),
    )
    start = pc.if_else(pa.array(like(post, "^20")), corsica, start)
    place = pc.coalesce(place, mapped(start, _departments()[0]))
    unread = flags(pc.and_(pc.is_valid(column.text), pc.is_null(place)))
    faults = column.faults(
        (unread & flags(pc.equal(code, "20")), "M11", _("20 may be 2A or 2B: write which")),
        (unread, "M11", _("expected a department, by code or name")),
    )
    return column.spread(place), faults


def regions(cells: pd.Series) -> Read:
    """Names of the present regions, from names or codes, before or since 2016.

    A bare number is a region's code: 75 is Nouvelle-Aquitaine, since Paris is the department 75 (rule M12). One that is no
    region's code is a fault; where many are, the column holds departments, and all its bare numbers are faults.

    >>> regions(pd.Series(["Poitou-Charentes", "PACA", "75", "82", "Ile de France"]))[0].tolist()
    ['Nouvelle-Aquitaine', "Provence-Alpes-Côte d'Azur", 'Nouvelle-Aquitaine', 'Auvergne-Rhône-Alpes', 'Île-de-France']
    """
    column = distinct(cells)
    place, code = _placed(column.text, *_regions())
    bare = like(column.text, r"^[0-9AB]{1,3}(?:\.0)?$")
    of_department = (
        bare & flags(pc.is_null(place)) & flags(pc.is_valid(mapped(code, _departments()[0])))
    )
    if (
        of_department.sum() > bare.sum() / 5
    ):  # a column of departments: what is a region's code as well is none here
        of_department = bare
    unread = flags(pc.and_(pc.is_valid(column.text), pc.is_null(place)))
    faults = column.faults(
        (of_department, "M12", _("a department's code stands in the place of a region")),
        (unread, "M13", _("expected a region, by name or code, before or since 2016")),
    )
    return column.spread(
        pc.if_else(pa.array(of_department), pa.scalar(None, STRING), place)
    ), faults


def region_of(departments: pd.Series) -> pd.Series:
    """The present region of a department code; missing for the collectivities overseas, which are in no region.

    >>> region_of(pd.Series(["86", "75", "2A", "975"])).tolist()
    ['Nouvelle-Aquitaine', 'Île-de-France', 'Corse', nan]
    """
    column = distinct(departments)
    table = {row["department"]: row["region"] for row in reference("departments") if row["region"]}
    return column.spread(mapped(column.raw, table))


def department_names() -> list[str]:
    """The names of all departments and collectivities overseas.

    >>> department_names()[:2]
    ['Ain', 'Aisne']
    """
    return [row["name"] for row in reference("departments")]
