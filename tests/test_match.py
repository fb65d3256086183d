"""Who is who: identifiers, names, the team's decisions, candidates and what is merged without review."""

import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.linkage import name_comparison, partner_matching
from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import identity  # noqa: E402

pytestmark = pytest.mark.usefixtures("english")


def records(*rows):
    return pd.DataFrame(rows, columns=["identifier", "name"], dtype="str")


def partners(*rows):
    frame = pd.DataFrame(rows, columns=["name", "years"], dtype="str")
    return frame.assign(partner_id=partner_matching.normalised(frame["name"]))


def pairs(found):
    return {frozenset(pair) for pair in zip(found["left"], found["right"], strict=True)}


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("มูลนิธิสี", "มูลนิธิสุ", False),  # "colour" and "good": the vowel alone differs
        ("मिलन संस्था", "मेलन संस्था", False),
        ("ハハ財団", "ババ財団", False),  # "haha" and "baba"
        ("ﾊﾞﾊﾞ財団", "ババ財団", True),  # as wide as Latin letters, or as Chinese ones
        ("جمعيّة الأمل", "جمعية الأمل", True),  # a doubled letter told, or not
        ("שָׁלוֹם", "שלום", True),
        ("Ёлка", "Елка", True),
        ("한국 재단", "한국 재단", True),
    ],
)
def test_letters_that_only_marks_tell_apart_are_letters_where_they_spell(one, other, are_one):
    left, right = partner_matching.normalised(pd.Series([one, other]))
    assert (left == right) is are_one


def test_identifiers_come_first_then_the_name_that_one_partner_alone_bears():
    met = records(
        ("111111118", "École de musique"),
        ("222222226", "ECOLE DE MUSIQUE"),
        (None, "Ecole de musique"),
        ("333333334", "Jaccede"),
        (None, "JACCEDE"),
        (None, "Judo"),
        (None, None),
    )
    assert partner_matching.identify(met).fillna("").tolist() == [
        "111111118",
        "222222226",
        "ecole de musique",
        "333333334",
        "333333334",
        "judo",
        "",
    ]
    by_identifier = partner_matching.identify(met, rule="identifier")
    assert by_identifier.notna().tolist() == [True, True, False, True, False, False, False]
    assert partner_matching.identify(met, rule="name").nunique() == 3


def test_the_team_decides_who_is_the_same():
    met = records(
        ("111111118", "Jaccede"), (None, "jaccede.com"), (None, "J'accède"), (None, "Judo")
    )
    said = pd.DataFrame(
        [
            ("jaccede.com", "111111118", "same"),
            ("J'accède", "jaccede.com", "same"),
            ("Judo", "Jaccede", "different"),
            ("Unknown", "Judo", "same"),
        ],
        columns=["partner", "same_as", "answer"],
    )
    assert partner_matching.identify(met, said).tolist() == ["111111118"] * 3 + ["judo"]
    around = pd.DataFrame(
        [("judo", "jaccede.com", "same"), ("jaccede.com", "judo", "same")], columns=said.columns
    )
    assert partner_matching.identify(met, around).nunique() == 3


def test_a_decision_may_write_the_first_name_as_nobody_does():
    met = records(("111111118", "Jaccede"), ("222222226", "J'accède Emploi"))
    said = pd.DataFrame(
        [("J’ACCÈDE EMPLOI", "Jaccede", "same")], columns=["partner", "same_as", "answer"]
    )
    assert partner_matching.identify(met, said).nunique() == 1


def test_spellings_that_take_turns_are_likelier_one_than_those_met_together():
    turns = partner_matching.candidates(
        partners(
            ("Amis du vieux Clisson", "2008|2010|2012"),
            ("Amis vieux Clisson", "2009|2011"),
            ("Judo", "2008"),
        )
    )
    once = partner_matching.candidates(
        partners(
            ("Amis du vieux Clisson", "2008|2010|2012"),
            ("Amis vieux Clisson", "2008"),
            ("Judo", "2008"),
        ),
        least=0.001,
    )
    always = partner_matching.candidates(
        partners(
            ("Amis du vieux Clisson", "2008|2009"),
            ("Amis vieux Clisson", "2008|2009"),
            ("Judo", "2008"),
        )
    )
    assert turns["score"].item() > identity.SAFE > partner_matching.DOUBTFUL >= once["score"].item()
    assert always.empty
    assert turns["evidence"].item() == "words: amis, vieux, clisson; never in one year"
    assert turns[["left", "right_years"]].to_numpy().tolist() == [
        ["amis vieux clisson", "2008|2010|2012"]
    ]


def test_the_years_of_a_partner_are_those_of_all_its_spellings():
    spelled = partners(
        ("Amis du vieux Clisson", "2008"),
        ("Clisson patrimoine", "2009|2010"),
        ("Amis vieux Clisson", "2009|2010"),
    )
    spelled["partner_id"] = ["A", "A", "B"]
    assert (
        partner_matching.candidates(spelled).empty
        and len(partner_matching.candidates(spelled.iloc[[0, 2]])) == 1
    )


def test_two_identifiers_are_never_proposed_as_one_though_one_of_them_has_two_spellings():
    spelled = partners(
        ("Amis du vieux Clisson", "2008"),
        ("Clisson patrimoine", "2008"),
        ("Amis vieux Clisson", "2009|2010"),
    )
    spelled["partner_id"] = ["A", "A", "B"]
    spelled["identifier"] = ["111111118", "111111118", None]
    assert len(partner_matching.candidates(spelled)) == 1
    assert partner_matching.candidates(spelled.fillna({"identifier": "222222226"})).empty


@pytest.mark.parametrize(
    "short, long",
    [
        ("mfr ligne", "maison familiale rurale ligne"),
        ("cte dep sport adapte", "comite departemental sport adapte"),
        ("telenantes", "tele nantes"),
        ("ogec nd de lourdes", "ogec notre dame de lourdes"),
        (
            "as enseig for prf agr blain derv",
            "association enseignement formation profession agricole blain derval",
        ),
        ("cinema montluc", "jeunesse stephanoise ex cinema montluc"),
    ],
)
def test_abbreviations_acronyms_cuts_and_former_names_are_seen_through(short, long):
    others = [
        "judo club",
        "amicale laique",
        "tennis de table",
        "union sportive",
        "secours populaire",
    ]
    names = [short, long, *others]
    assert (0, 1) in name_comparison.neighbours(names) or "ex " in long
    near = name_comparison.Names(names)
    assert (
        near.agreement(0, 1).score
        > 10
        > max(near.agreement(0, other).score for other in range(2, len(names)))
    )


@pytest.mark.parametrize(
    "one, other",
    [
        ("section 12", "section 120"),  # one number begins like the other
        ("section 115", "section 15"),
        ("maison d", "maison de dax"),  # one letter abbreviates no two words
    ],
)
def test_a_number_and_a_letter_alone_are_no_spelling_of_another(one, other):
    first_word = one.split()[0]
    near = name_comparison.Names([one, other, "judo", "amicale laique"])
    agreement = near.agreement(0, 1)
    assert agreement.shared == pytest.approx(near.weight[first_word])
    assert agreement.words == (first_word,)


def test_a_rare_word_in_common_says_more_than_a_frequent_one():
    names = [f"ogec {town}" for town in ("blain", "derval", "savenay", "crossac", "coueron")] + [
        "ecole blain",
        "judo",
    ]
    near = name_comparison.Names(names)
    assert near.agreement(0, 5).score > near.agreement(0, 1).score


def test_what_follows_where_a_name_was_cut_contradicts_little():
    near = name_comparison.Names(["maison de la cult", "maison de la culture bourges", "judo"])
    cut, turned = near.agreement(0, 1), near.agreement(1, 0)
    assert (cut.left, turned.right) == (0, 0)
    assert cut.right == turned.left == pytest.approx(0.2 * near.weight["bourges"])


def test_rivals_lower_a_score():
    alone = partners(("ogec notre dame", "2008|2009"), ("ogec notre dame savenay", "2010"))
    rival = partners(
        ("ogec notre dame", "2008|2009"),
        ("ogec notre dame savenay", "2010"),
        ("ogec notre dame treffieux", "2010"),
    )
    least = partner_matching.candidates(alone, least=0.001)["score"].item()
    lowered = partner_matching.candidates(rival, least=0.001)["score"].max()
    assert lowered < least
    rival.loc[2, "years"] = "2011"  # three names that take turns may be one
    assert partner_matching.candidates(rival, least=0.001)["score"].max() > lowered


def test_what_speaks_against_a_merge():
    federation = partners(
        ("Fédération des amis du vieux Clisson", "2008"), ("Amis du vieux Clisson", "2009")
    )
    unknown = partners(("Amis du vieux Clisson", None), ("Amis vieux Clisson", "2009"))
    for pair in (
        federation,
        unknown,
    ):  # a federation and its member are two; nobody saw these take turns
        assert identity.safe(partner_matching.candidates(pair)).empty
    vendee = partners(
        ("Union des associations familiales de Vendée", "2008"),
        ("Union des associations familiales de Sarthe", "2009"),
    )
    nobody = partners(
        ("Union des associations familiales", "2008"),
        ("Union des associations familiales de Sarthe", "2009"),
    )
    assert (
        partner_matching.candidates(vendee, least=0.001)["score"].sum()
        < partner_matching.candidates(nobody, least=0.001)["score"].sum()
    )
    assert identity.safe(partner_matching.candidates(vendee, least=0.001)).empty
    more = partners(
        ("Amis du hall de Stretford", "2019"),
        ("Amis du hall de Stretford atelier central", "2020"),
        ("Judo", "2019"),
    )
    assert identity.safe(
        partner_matching.candidates(more)
    ).empty  # in a short list, what one adds may make it another
    two = federation.assign(identifier=["111111118", "222222226"])
    assert partner_matching.candidates(two).empty


def test_amounts_and_places_speak_too():
    base = partners(
        ("Amis de Clisson", "2008"), ("Amis Clisson", "2009"), ("Judo", "2008"), ("Tennis", "2009")
    )
    amounts = [[1000.0, 1100, 90000, 10], [1000.0, 90000, 1000, 10], None]
    like, unlike, none = (
        partner_matching.candidates(base.assign(amount=each) if each else base, least=0.001)[
            "score"
        ].max()
        for each in amounts
    )
    assert like > none > unlike
    here, there = (
        partner_matching.candidates(base.assign(department=["44", other, "85", "72"]), least=0.001)[
            "score"
        ].max()
        for other in ("44", "85")
    )
    assert here > none > there


def test_decided_pairs_are_not_proposed_again():
    both = partners(("Amis du vieux Clisson", "2008"), ("Amis vieux Clisson", "2009"))
    for decision in ("same", "different"):
        said = pd.DataFrame(
            [("AMIS VIEUX CLISSON", "Amis du vieux Clisson", decision)],
            columns=["partner", "same_as", "answer"],
        )
        assert (
            len(partner_matching.candidates(both)) == 1
            and partner_matching.candidates(both, said).empty
        )


def test_merging_never_gives_a_partner_two_names_in_one_year():
    found = pd.DataFrame(
        [
            (0.99, "a", "b", "2008", "2009"),
            (0.98, "b", "c", "2009", "2008"),
            (0.97, "c", "d", "2008", "2010"),
        ],
        columns=["score", "left", "right", "left_years", "right_years"],
    )
    assert identity.safe(found).to_numpy().tolist() == [
        ["a", "b", "same"],
        ["c", "d", "same"],
    ]
    assert identity.safe(found, least=0.999).empty


@settings(deadline=None, max_examples=12)
@given(
    st.lists(
        st.tuples(st.text(max_size=12), st.sampled_from(["", "2008", "2008|2010", "2009"])),
        max_size=8,
    ),
    st.randoms(),
)
def test_any_names_in_any_order_give_the_same_candidates(rows, chance):
    frame = partners(*dict(rows).items()).dropna(subset="partner_id").drop_duplicates("partner_id")
    shuffled = frame.sample(frac=1, random_state=chance.randrange(1000))
    pd.testing.assert_frame_equal(
        partner_matching.candidates(frame), partner_matching.candidates(shuffled)
    )


def test_spellings_of_a_real_departement_are_found_with_its_identifiers_hidden(shared):
    known, truth = identity.spellings(identity.loire_atlantique(shared / "data"))
    assert len(known) == 5558 and len(truth) == 2158
    found = partner_matching.candidates(known)
    proposed, merged = pairs(found), identity.merged(identity.safe(found))
    assert len(merged & truth) / len(merged) >= 0.97 and len(merged & truth) / len(truth) >= 0.30
    assert (
        len(proposed & truth) / len(proposed) >= 0.50 and len(proposed & truth) / len(truth) >= 0.70
    )


STRANGERS = [
    "ADMR",
    "Aide à domicile en milieu rural",
    "CIDFF",
    "Centre d'information sur les droits des femmes et des familles",
    "AFEV",
    "Association de la fondation étudiante pour la ville",
    "Ligue de l'enseignement",
    "Ligue de l'enseignement 44",
    "Secours populaire",
    "Secours catholique",
    "Emmaüs France",
    "Emmaüs Nantes",
    "Judo club de Nantes",
    "Judo club de Rezé",
    "Familles rurales",
    "Familles rurales - fédération départementale de la Vendée",
]


@pytest.mark.parametrize("years", [None, ["2015", "2016"] * 8])
def test_a_list_of_names_alone_is_proposed_with_care(years):
    partners = pd.DataFrame(
        {"partner_id": [f"P{place:02}" for place in range(16)], "name": STRANGERS}
    )
    found = partner_matching.candidates(partners if years is None else partners.assign(years=years))
    pairs = {frozenset(pair) for pair in found[["left", "right"]].to_numpy().tolist()}
    assert {
        frozenset(("P00", "P01")),
        frozenset(("P02", "P03")),
        frozenset(("P04", "P05")),
    } <= pairs
    assert identity.safe(found).empty  # least of all a federation and its member


def test_partners_of_one_funder_are_likelier_one():
    partners = pd.DataFrame(
        {
            "partner_id": ["A", "B"],
            "name": ["Banque alimentaire", "La banque alimentaire"],
            "years": ["2017", "2018"],
        }
    )
    others = pd.DataFrame(
        {
            "partner_id": [f"X{i}" for i in range(20)],
            "name": [f"Club {chr(97 + i) * 5}" for i in range(20)],
        }
    )
    score = {}
    for said, funders in (("same", ["Mayenne", "Mayenne"]), ("other", ["Mayenne", "Vendée"])):
        several = pd.concat(
            [partners.assign(funder=funders), others.assign(funder=["Mayenne", "Vendée"] * 10)],
            ignore_index=True,
        )
        score[said] = partner_matching.candidates(several)["score"].max()
    assert score["same"] > score["other"]
