"""Who the partners are that answers, accounts and other tables name beside lists of grants, whose
partners have the codes of grants.
"""

import pandas as pd

from analysis import parse
from analysis.clean.records.rows import Tables
from analysis.declare import schema
from analysis.linkage import partner_matching
from analysis.text.messages import say

_OF_GRANTS = ("partners", "identities", "agreements")  # which bear the codes already
_NAMES_SHOWN = 3
_BY_WORDS = 0.5  # the score of a pair of which one name has all words of the other


def tables_together(of_grants: Tables, others: Tables, aliases: pd.DataFrame | None) -> Tables:
    """All clean tables; what the others name as a partner of the grants, in any spelling or by its
    number, bears its code. Beside grants, those who received them are the partners, not whomever
    the others name.
    """
    if "partners" not in of_grants:
        return of_grants | others
    others = {table: rows for table, rows in others.items() if table != "partners"}
    names = _named_in(others)
    if not names:
        return of_grants | others
    code_by_name = _codes_by_name(of_grants, names, aliases)
    others = {
        table: rows.assign(partner_id=rows["partner_id"].replace(code_by_name))
        if "partner_id" in rows
        else rows
        for table, rows in others.items()
    }
    return of_grants | others


def _codes_by_name(of_grants: Tables, names: list[str], aliases: pd.DataFrame | None) -> dict:
    """The code of a partner of the grants for each name or number of other tables that is one: by
    SIREN, by the name that it alone bears, or by the team's decisions.
    """
    partners = of_grants["partners"]
    spellings = [partners[["partner_id", "name"]].rename(columns={"name": "name_key"})]
    if "identities" in of_grants:
        spellings.append(of_grants["identities"][["partner_id", "name_key"]])
    known = pd.concat(spellings).rename(columns={"partner_id": "identifier"}).drop_duplicates()
    by_siren = partners.dropna(subset="siren").drop_duplicates("siren").set_index("siren")
    named = pd.DataFrame({"name_key": names, "written": names}, dtype="str")
    named["identifier"] = parse.siren(named["written"])[0].map(by_siren["partner_id"])
    records = pd.concat([known, named], ignore_index=True)
    records["name_key"] = partner_matching.normalised(records["name_key"])
    who = partner_matching.identify(records, aliases)
    # a decision may name either side first
    code_of_known = partner_matching.alone(who[: len(known)], records["identifier"][: len(known)])
    named["code"] = who[len(known) :].map(code_of_known).array
    return named.dropna(subset="code").set_index("written")["code"].to_dict()


def _named_in(tables: Tables) -> list[str]:
    columns = [rows["partner_id"].dropna() for rows in tables.values() if "partner_id" in rows]
    return sorted({name for names in columns for name in names.unique()})


def unknown_partners(tables: Tables) -> list[str]:
    """Whom other tables name beside the grants, and no grant does."""
    beside = {table: rows for table, rows in tables.items() if table not in _OF_GRANTS}
    return sorted({*_named_in(beside)} - {*tables["partners"]["partner_id"]})


def with_unknown_partners(tables: Tables) -> pd.DataFrame:
    """The partners of the grants with those whom other tables name, for a person to compare."""
    names = unknown_partners(tables)
    if not names:
        return tables["partners"]
    named = schema.conform(pd.DataFrame({"partner_id": names, "name": names}), "partners")
    return pd.concat([tables["partners"], named], ignore_index=True)


def with_pairs_by_words(
    likely: pd.DataFrame,
    strangers: list[str],
    partners: pd.DataFrame,
    aliases: pd.DataFrame | None,
) -> pd.DataFrame:
    """The pairs that may be one partner, with those of a stranger, whom no list of partners has,
    and the only partner whose name has all its words ("APF" of "APF France Handicap") or of whose
    name it has all words ("Association Surf pour Tous" of "Surf pour Tous").
    """
    listed = partners.dropna(subset="name")
    listed = listed[~listed["partner_id"].isin(strangers)]
    words_of_partner = _words_by_key(listed["partner_id"], listed["name"])
    names = pd.Series(strangers, dtype="str")
    pairs = []
    for name, words in _words_by_key(names, names).items():
        whose = [
            code
            for code, of_partner in words_of_partner.items()
            if words and of_partner and (words <= of_partner or of_partner <= words)
        ]
        if len(whose) == 1:
            shared = words & words_of_partner[whose[0]]
            pairs.append({"left": name, "right": whose[0], "words": ", ".join(sorted(shared))})
    if not pairs:
        return likely
    by_words = pd.DataFrame(pairs)
    by_words["score"] = _BY_WORDS
    by_words["evidence"] = say("linkage.words") + " " + by_words.pop("words")
    by_words["left_name"] = by_words["left"]
    by_words["right_name"] = by_words["right"].map(listed.set_index("partner_id")["name"])
    by_words[["left_years", "right_years"]] = ""
    new = partner_matching.undecided_pairs(by_words[partner_matching.CANDIDATES], aliases)
    if not len(new):
        return likely
    together = pd.concat([likely, new.astype(likely.dtypes)], ignore_index=True)
    sides = together[["left", "right"]].apply(lambda pair: " ".join(sorted(pair)), axis=1)
    return together[~sides.duplicated()].reset_index(drop=True)


def _words_by_key(keys: pd.Series, names: pd.Series) -> dict[str, set[str]]:
    texts = partner_matching.normalised(names).fillna("")
    return {key: set(text.split()) for key, text in zip(keys, texts, strict=True)}


def remarks_on_unknown_partners(tables: Tables, is_grants: bool, notes: Tables) -> list[str]:
    """One remark on those whom other tables name beside the grants, and no grant does: what is
    known of them counts for nobody until the team says who they are. And one on those whom
    agreements name and no list of partners does: each counts as a partner of its own.
    """
    if is_grants and "partners" in tables:
        names = unknown_partners(tables)
    else:
        names = []
    return [
        *_remark_on("clean.partners_of_no_grant", names),
        *_remark_on("clean.partners_not_listed", names_not_listed(notes)),
    ]


def names_not_listed(notes: Tables) -> list[str]:
    """Whom agreements name and no list of partners does, as the notes of a cleaning say."""
    if "not_listed" not in notes:
        return []
    return notes["not_listed"]["partner_id"].tolist()


def _remark_on(message_key: str, names: list[str]) -> list[str]:
    """A remark on partners by their names or codes; none where there are none."""
    if not names:
        return []
    shown, more = ", ".join(names[:_NAMES_SHOWN]), max(0, len(names) - _NAMES_SHOWN)
    return [say(message_key, n=len(names), names=shown, more=more)]
