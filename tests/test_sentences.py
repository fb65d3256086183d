"""The sentences of the study: both languages tell the same facts of the same exhibits, and what is wrong in one is said."""

import re

import pytest

from analysis.declare import conventions
from analysis.declare.faults import Refused
from analysis.declare.schema import reference
from analysis.study import published
from analysis.text import formatting, messages, sentences
from analysis.text.convention_facts import of_unit
from analysis.text.facts import Count, Interval, Label, Listed, Months, Number, Share
from conftest import ROOT

STANDING = {
    *conventions.DEFAULTS,
    "n",
    "day",
    "scope_line",
    "filtered",
    "synthetic",
    "grants",
    "publisher",
}
TABLES = {
    "brief",
    "clean",
    "columns",
    "editions",
    "figures",
    "key_numbers",
    "layout",
    "lines",
    "linkage",
    "method",
    "opening",
    "own_figure",
    "pages",
    "panel",
    "parse",
    "prepare",
    "publisher",
    "read",
    "refusals",
    "shared",
    "sheet",
    "story",
    "withheld",
}  # of the files, that are no exhibits
IDS = sorted(id for content in sentences.files("en").values() for id in content)
EXHIBITS = [id for id in IDS if id not in TABLES]
MESSAGES = {
    "clean",
    "figures",
    "layout",
    "linkage",
    "opening",
    "own_figure",
    "panel",
    "parse",
    "prepare",
    "publisher",
    "read",
    "sheet",
    "story",
    "withheld",
}  # tables that `messages.say` reads
SOURCES = sorted([*(ROOT / "src/analysis").rglob("*.py"), *(ROOT / "src/analysis").rglob("*.j2")])
REQUIRED = {"unit", *sentences.EXHIBIT_FIELDS}


def content(id: str, lang: str) -> dict:
    return sentences.files(lang)[sentences.file_of(id, lang)][id]


def leaves(content, path: str = "") -> dict[str, list[str]]:
    """The templates of each entry of an exhibit, by path."""
    if not isinstance(content, dict):
        return {path: list(sentences.sources(content))}
    entries = {name: entry for name, entry in content.items() if name != "unsaid"}
    return {
        key: found
        for name, entry in entries.items()
        for key, found in leaves(entry, f"{path}.{name}".lstrip(".")).items()
    }


def test_both_languages_have_the_same_files_and_exhibits():
    for name, english in sentences.files("en").items():
        assert list(sentences.files("fr")[name]) == list(english), name
    assert sentences.files("fr").keys() == sentences.files("en").keys()
    assert len(IDS) == len(set(IDS))


@pytest.mark.parametrize("id", EXHIBITS)
def test_what_has_sentences_is_an_exhibit_and_has_them_all(id):
    assert id in published.modules()
    for lang in formatting.LANGUAGES:
        assert set(content(id, lang)) >= REQUIRED, lang


@pytest.mark.parametrize("id", [id for id in IDS if id != "shared"])
def test_both_languages_tell_the_same_facts(id):
    """Of the exhibit as a whole (one language may put into the title what the other says in the reading)."""
    english, french = (sentences.needed(content(id, lang), lang) for lang in ("en", "fr"))
    less = {lang: set(content(id, lang).get("unsaid", [])) for lang in ("en", "fr")}
    assert english - french - STANDING == less["fr"]
    assert french - english - STANDING == less["en"]
    assert leaves(content(id, "en")).keys() == leaves(content(id, "fr")).keys()


def test_what_is_said_to_the_team_is_written_and_what_is_written_is_said():
    """Paths of `say` and `entries` in the code, against the tables of the files."""
    calls = re.compile(rf"""["']((?:{"|".join(MESSAGES)})\.[a-z_.]+)""")
    told = {path for file in SOURCES for path in calls.findall(file.read_text("utf-8"))}
    told -= {"prepare.ipynb", "figures.loc", "withheld.json"}  # that are no sentences
    written = {f"{table}.{path}" for table in MESSAGES for path in leaves(content(table, "en"))}
    part_of = lambda path, whole: path == whole or path.startswith(whole.rstrip(".") + ".")
    assert not [path for path in told if not any(part_of(entry, path) for entry in written)]
    assert not [entry for entry in written if not any(part_of(entry, path) for path in told)]


@pytest.mark.parametrize("lang", formatting.LANGUAGES)
def test_every_shared_phrase_is_said(lang):
    every = [
        source
        for name, file in sentences.files(lang).items()
        for content in file.values()
        for source in sentences.sources(content)
    ]
    told = {name for source in every for name, _facts in sentences.said(source)}
    assert told == set(sentences.phrases(lang))


# ---- how a sentence is filled
@pytest.fixture
def words(monkeypatch):
    """Words of an exhibit with one sentence, or several."""

    def of(title, lang: str = "en", **more):
        formatting.use(lang)
        held = {
            "own": {"F99": {"title": title, **more}},
            "shared": {"shared": {"of": "of {{ n }}"}},
        }
        monkeypatch.setattr(sentences, "files", lambda _lang: held)
        sentences.file_of.cache_clear()
        sentences.variables.cache_clear()
        return sentences.Words("F99", lang, {"n": Count(80)})

    yield of
    sentences.file_of.cache_clear()
    sentences.variables.cache_clear()


def test_a_sentence_remembers_the_facts_that_it_prints(words):
    title = "{{ share }} {{ say('of') }}{% if late %} ({{ late }} late){% endif %}"
    (told,) = words(title).sentences("title", {"share": Share(0.57, of=80), "late": Count(0)})
    assert told.text == "57% of 80"
    assert told.facts == (Share(0.57, of=80), Count(80))


def test_a_list_tells_all_that_it_is_made_of(words):
    shares = Listed([(Label("Own"), Share(0.6, of=50)), (Label("Franchise"), Share(0.4, of=50))])
    (told,) = words("{{ shares }}").sentences("title", {"shares": shares})
    assert [type(fact).__name__ for fact in told.facts] == ["Label", "Share", "Label", "Share"]


def test_a_blank_sentence_of_a_list_is_left_out(words):
    told = words(["{% if n > 100 %}Many.{% endif %}", "Of {{ n }}."]).sentences("title", {})
    assert [sentence.text for sentence in told] == ["Of 80."]


def test_typography_is_that_of_the_text_as_it_is_read(words):
    title = "Part : {{ share }} ; l'an dernier « {{ line }} » ?"
    told = words(title, "fr").written("title", share=Share(0.5), line=Label("l'un"))
    assert told == "Part\u00a0: 50\u202f%\u202f; l’an dernier «\u00a0l’un\u00a0»\u202f?"


@pytest.mark.parametrize(
    ("lang", "value", "expected"),
    [
        ("fr", 0, "0 relation"),
        ("fr", 1, "1 relation"),
        ("en", 0, "0 relations"),
        ("en", 1, "1 relation"),
    ],
)
def test_words_agree_with_a_fact(words, lang, value, expected):
    title = "{{ k }} {{ k|plural('relation', 'relations') }}"
    assert words(title, lang).written("title", k=Count(value)) == expected


def test_a_fact_begins_with_the_letter_that_its_place_asks_for(words):
    told = words("{{ who|capital }}, {{ where|lower }}")
    assert told.written("title", who=Label("équipe"), where=Label("Île")) == "Équipe, île"


def test_markup_in_a_label_stays_as_it_is(words):
    assert words("{{ line }}").written("title", line=Label("<b>& {{ n }}")) == "<b>& {{ n }}"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("{{ shar }}", "no fact 'shar', did you mean share"),
        ("{{ share", "unexpected"),
        ("{{ say('off') }}", "off"),
        ("{{ bare }}", "is no fact"),
        ("{{ share|plurals('a', 'b') }}", "plurals"),
    ],
)
def test_what_is_wrong_in_a_sentence_is_said_with_file_id_and_field(words, title, expected):
    with pytest.raises(Refused, match="(?s)text/en/own.toml, F99.title: .*" + expected):
        words(title).written("title", share=Share(0.5), bare=3)


def test_a_fact_that_no_sentence_tells_is_refused_unless_the_language_needs_it_not(words):
    facts = {"share": Share(0.5), "late": Count(3)}
    with pytest.raises(Refused, match="no sentence tells late"):
        words("{{ share }}").refuse_unused(facts)
    words("{{ share }}", unsaid=["late"]).refuse_unused(facts)


def test_facts_compare_by_value():
    assert Count(3) > Count(2) and Count(3) == 3 and not Count(0) and Number(1.5) < 2
    assert not Share(None) and Interval(0.1, 0.2) and not Interval(float("nan"), float("nan"))


def test_a_convention_is_written_in_its_unit():
    formatting.use("en")
    told = {
        name: of_unit(conventions.DEFAULTS[name], conventions.unit(name))
        for name in STANDING & set(conventions.DEFAULTS)
    }
    assert told["LF1"].written() == "30%" and isinstance(told["silence_months"].fact, Months)
    assert told["LF8"].written() == "1.5" and told["totals_tolerance_eur"].written() == "€1"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_group_is_named_in_one_place_and_only_where_no_publisher_is(lang):
    """METHOD 9.8: the Group belongs to the programme."""
    spoken = re.compile(r"\b(the Group|le Groupe|du Groupe|the group|alliance's)\b")
    phrases = dict(sentences.phrases(lang))
    funder = {name: phrases.pop(name) for name in [*phrases] if name.endswith("funder")}
    written = [phrases, *(c for name, c in sentences.files(lang).items() if name != "shared")]
    declared = [reference("conventions"), reference("study_keys")]
    written += [frame.filter(regex=f"meaning(_{lang})?$").to_numpy().tolist() for frame in declared]
    assert not spoken.findall(str(written))
    for phrase in funder.values():
        template = sentences.ENVIRONMENT.from_string(phrase)
        assert "Group" in template.render(publisher="")
        assert "Group" not in template.render(publisher="Oxford City Council")


@pytest.mark.parametrize("table", ["parse", "clean"])
def test_a_reason_kept_in_one_language_is_told_in_the_other(table):
    """What the clean tables keep of a cell is a sentence; a page in another language tells it again."""
    plain = {
        entry: source
        for entry, source in sentences.files("fr")[table][table].items()
        if isinstance(source, str) and "{%" not in source and "|plural" not in source
    }
    assert plain
    for entry, source in plain.items():
        fields = dict.fromkeys(re.findall(r"\{\{ (\w+) \}\}", source), "Xyz")
        formatting.use("fr")
        kept = messages.say(f"{table}.{entry}", **fields)
        formatting.use("en")
        told = messages.say(f"{table}.{entry}", **fields)
        assert messages.retold(kept, "parse", "clean") == told, entry


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_single_group_of_risk_is_no_one_of_several(lang):
    words = sentences.Words("F3R", lang, {})
    facts = dict.fromkeys(sentences.needed(words.content["reading"], lang), Number(1))
    formatting.use(lang)
    assert not re.search("groups|groupes", sentences.spoken(words.sentences("reading", facts)))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_study_counts_in_its_own_currency(lang):
    """Published facts (T9) and an example of a cell are in euros; a study may be in pounds."""
    files = [file for file in (ROOT / "src/analysis/text" / lang).glob("*.toml")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    text = text.replace('euros = "', "").replace("1 234,50 €", "").replace("{{ amount }} €", "")
    text = text.replace("€{{ amount }}", "")
    assert not re.findall(r"(?i).*euros?\b.*|.*€.*", text)
    notebooks = [file.read_text(encoding="utf-8") for file in (ROOT / "notebooks").glob("*.ipynb")]
    assert not re.findall(r"(?i)\beuros?\b", "".join(notebooks))
