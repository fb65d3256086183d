"""The sentences of the study: content, in `text/fr` and `text/en`, one TOML file per family, filled
here with facts.

Each exhibit has a table under its id. A field (title, subtitle, reading, scope, note, alt) is a
sentence or a list of sentences; its tables `columns`, `groups`, `picture` and `refusals` hold the
labels of the data, of groups, of the drawing, and what is said where the data cannot carry the
figure. A sentence is a Jinja template: ``{{ fact }}`` prints a fact as the language writes it, ``{{
n|plural('relation', 'relations') }}`` agrees with it, ``{{ say('scope') }}`` is a phrase of
`shared.toml`. A sentence of a list that comes out blank is left out.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import jinja2
from jinja2 import meta, nodes

from analysis.declare.faults import Fault, Refused, did_you_mean
from analysis.text import formatting
from analysis.text.facts import Fact, Label

EXHIBIT_FIELDS = ("title", "subtitle", "reading", "scope", "note", "alt")
_printed: ContextVar[list[Fact] | None] = ContextVar("printed", default=None)


@dataclass(frozen=True)
class Sentence:
    """One sentence as it is read, and the facts that it tells; None where nobody knows which.
    `names` are those by which the template asked for them, blank where it does not say.
    """

    text: str
    facts: tuple[Fact, ...] | None = ()
    names: tuple[str, ...] = field(default=(), compare=False)


def spoken(sentences: Iterable[Sentence]) -> str:
    """Sentences as they follow each other.

    >>> spoken([Sentence("One."), Sentence("Two.")])
    'One. Two.'
    """
    return " ".join(sentence.text for sentence in sentences)


# ---- how a template prints
def _print(value):
    """What stands for a value in a sentence: facts are written and remembered; a bare number has no
    unit and is refused.
    """
    if isinstance(value, Fact):
        return _remember(value, value.written())
    if isinstance(value, str | jinja2.Undefined):
        return value
    raise TypeError(f"{value!r} is no fact: give Count, Share, Number, Days, Day... or a text")


def _remember(fact: Fact, text: str) -> str:
    printed = _printed.get()
    if printed is not None:
        printed.extend(fact.parts())
    return text


def _plural(fact: Fact, one: str, many: str) -> str:
    """The form of words that agrees with a fact."""
    return one if fact.one() else many


def _spelled(fact: Fact) -> str:
    """A small whole number in letters."""
    whole = fact.value == round(fact.value)
    return _remember(fact, formatting.spelled(fact.value) if whole else fact.written())


def _capital(text: str | Fact) -> str:
    """A text, or a fact, with a capital at its beginning."""
    written = _print(text)
    return written[:1].upper() + written[1:]


def _lower(text: str | Fact) -> str:
    """A text, or a fact, with a small letter at its beginning."""
    written = _print(text)
    return written[:1].lower() + written[1:]


@jinja2.pass_context
def _say(context, name: str, **facts) -> str:
    """A phrase of `shared.toml`, filled with the facts of the sentence and others given here."""
    phrase = phrases(formatting.language())[name]
    return _template(phrase).render({**context.get_all(), **facts})


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, finalize=_print)
    environment.filters |= {
        "plural": _plural,
        "spelled": _spelled,
        "capital": _capital,
        "lower": _lower,
    }
    environment.globals |= {"say": _say}
    return environment


ENVIRONMENT = _environment()


@cache
def _template(source: str) -> jinja2.Template:
    return ENVIRONMENT.from_string(source)


# ---- what is written
@cache
def files(lang: str) -> dict[str, dict]:
    """The content of every file of a language, by the file's name without its ending."""
    folder = resources.files("analysis") / "text" / lang
    files_by_name = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            try:
                content = tomllib.loads(file.read_text("utf-8"))
            except tomllib.TOMLDecodeError as error:
                fault = Fault(f"text/{lang}/{file.name}", None, "", "sentence", "", str(error))
                raise Refused([fault]) from None
            files_by_name[file.name.removesuffix(".toml")] = content
    return files_by_name


def phrases(lang: str) -> dict[str, str]:
    """The phrases that several exhibits say, by name."""
    return files(lang)["shared"]["shared"]


@cache
def file_of(id: str, lang: str) -> str:
    """The file that holds an exhibit's sentences; blank where none does."""
    return next((name for name, content in files(lang).items() if id in content), "")


def language_of(title: str) -> str:
    """The language whose words stand in a title (`reference/title_words.csv`); blank where none
    does, or several do.

    >>> language_of("Étude d’impact"), language_of("Grants of the city"), language_of("Oxford")
    ('fr', 'en', '')
    """
    from analysis.declare.schema import (
        reference,
    )  # which needs pandas: an unchanged run goes without

    language_of_word = reference("title_words").set_index("word")["lang"]
    spoken = {
        language_of_word[word]
        for word in re.findall(r"\w+", title.lower())
        if word in language_of_word
    }
    return spoken.pop() if len(spoken) == 1 else ""


class Words:
    """The words of one exhibit in a language; `standing` are the facts that every sentence may
    tell.

    >>> from analysis.text.facts import Count
    >>> Words("F8", "en", {}).written("unit", n=Count(1))
    'relation'
    """

    def __init__(self, id: str, lang: str, standing: Mapping[str, object]):
        self.id, self.lang, self.standing = id, lang, standing
        self.file = file_of(id, lang)
        if not self.file:
            message = f"no file of text/{lang} has a table [{id}]"
            raise Refused([Fault(f"text/{lang}", None, id, "sentence", "", message)])
        self.content = files(lang)[self.file][id]

    def sentences(self, path: str, facts: Mapping[str, object]) -> tuple[Sentence, ...]:
        """The sentences of a field ("note"), or the one of a table ("picture.x"), filled with
        facts.

        Raises Refused, naming the file, the field and the nearest fact, where one asks for a fact
        that is not given.
        """
        sources = self._sources(path)
        filled = (self._filled(path, source, facts) for source in sources)
        return tuple(sentence for sentence in filled if sentence.text)

    def written(self, path: str, /, **facts) -> str:
        """The text of a field or of an entry of a table ("columns.year", "groups.open")."""
        return spoken(self.sentences(path, facts))

    def names(self, table: str) -> dict[str, str]:
        """All entries of a table that needs no facts of the data: the labels of groups, or of
        lines, by name.
        """
        content = self.content.get(table, {}) if table else self.content
        return {name: self.written(f"{table}.{name}".lstrip(".")) for name in content}

    def refuse_unused(self, facts: Mapping[str, object]) -> None:
        """Refuse facts that no sentence of the exhibit asks for, but those that its language says
        it needs not (`unsaid`).
        """
        unused = set(facts) - needed(self.content, self.lang) - set(self.content.get("unsaid", []))
        if unused:
            raise self._refused("facts", f"no sentence tells {', '.join(sorted(unused))}")

    def _sources(self, path: str) -> list[str]:
        content = self.content
        for part in path.split("."):
            if part not in content:
                raise self._refused(path, f"no such entry{did_you_mean(part, content, 1)}")
            content = content[part]
        if isinstance(content, list):
            return content
        return [content]

    def _filled(self, path: str, source: str, facts: Mapping[str, object]) -> Sentence:
        all_facts = {**self.standing, **facts}
        printed: list[Fact] = []
        token = _printed.set(printed)
        try:
            text = _template(source).render(all_facts)
        except jinja2.UndefinedError as error:
            name = next(iter(variables(source, self.lang) - set(all_facts)), "")
            message = f"no fact {name!r}{did_you_mean(name, all_facts, 1)}" if name else str(error)
            raise self._refused(path, message, source) from None
        except (jinja2.TemplateError, TypeError, KeyError) as error:
            raise self._refused(path, str(error), source) from None
        finally:
            _printed.reset(token)
        text = re.sub(r"[ \n]+", " ", text).strip(" ")
        name_of = _names_of_facts(all_facts)
        names = tuple(name_of.get(id(fact), "") for fact in printed)
        return Sentence(formatting.typeset(text, self.lang), tuple(printed), names)

    def _refused(self, path: str, message: str, source: str = "") -> Refused:
        file = f"text/{self.lang}/{self.file}.toml"
        return Refused([Fault(file, None, f"{self.id}.{path}", "sentence", source, message)])


def _names_of_facts(facts: Mapping[str, object]) -> dict[int, str]:
    """The name of each fact, by its identity; those of a list by what they are listed for."""
    name_of = {}
    for name, fact in facts.items():
        listed_for = ""
        for part in fact.parts() if isinstance(fact, Fact) else ():
            if isinstance(part, Label):
                listed_for = f" {part.value}"
            name_of[id(part)] = f"{name}{listed_for}"
    return name_of


# ---- what a template asks for
@cache
def variables(source: str, lang: str) -> frozenset[str]:
    """The facts that a sentence asks for, those of the shared phrases that it says among them."""
    tree = ENVIRONMENT.parse(source)
    names = set(meta.find_undeclared_variables(tree)) - set(ENVIRONMENT.globals)
    for name, fact_names in said(source):
        names |= variables(phrases(lang)[name], lang) - fact_names
    return frozenset(names)


def said(source: str) -> Iterator[tuple[str, set[str]]]:
    """The shared phrases that a sentence says: the name of each, and the facts given to them."""
    for call in ENVIRONMENT.parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "say":
            yield call.args[0].as_const(), {argument_names.key for argument_names in call.kwargs}


def needed(content: Mapping, lang: str) -> set[str]:
    """The facts that all sentences of an exhibit, or of a part of it, ask for."""
    return {name for source in sources(content) for name in variables(source, lang)}


def sources(content) -> Iterator[str]:
    """Every template of an exhibit's content."""
    if isinstance(content, str):
        yield content
        return
    entries = content.items() if isinstance(content, Mapping) else enumerate(content)
    for name, entry in entries:
        if name != "unsaid":
            yield from sources(entry)
