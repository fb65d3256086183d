"""The lines of a draft that say of a survey its wave and scale, and what its questions are about."""

from analysis.layout.drafts.lines_about_rows import toml_text
from analysis.layout.drafts.questions import reason_of
from analysis.layout.headers.words import says
from analysis.layout.mapping import Doubt
from analysis.layout.shapes.wide_survey import DIMENSIONS, Survey
from analysis.text.messages import say


def survey_keys(survey: Survey) -> list[str]:
    """Which wave a survey is, from what to what its answers go, and which low ones are good."""
    lines = [f"wave = {toml_text(survey.wave)}"]
    if survey.scale:
        lines.append(f"scale = [{survey.scale[0]:g}, {survey.scale[1]:g}]")
    else:
        lines.append(f"# scale = [0, 10]  # {reason_of(Doubt('value', (), (), 'no scale'))} # ?")
    if survey.reversed_questions:
        in_order = [header for header in survey.questions if header in survey.reversed_questions]
        lines.append(f"reversed = [{', '.join(map(toml_text, in_order))}]")
    return lines


def lines_of_questions(survey: Survey) -> list[str]:
    """What each question is about; as a guess where but its words say it."""
    lines = ["[source.questions]"]
    for header, dimension in survey.questions.items():
        if dimension:
            lines.append(f"{toml_text(header)} = {toml_text(dimension)}")
        elif likely := likeliest_dimension(header):
            choices = say("layout.dimension_choices")
            lines.append(f"{toml_text(header)} = {toml_text(likely)}  # {choices} # ?")
        else:
            lines.append(f'{toml_text(header)} = ""')
    return lines


def likeliest_dimension(question: str) -> str:
    """What the words of a question say that it is about; blank where they say nothing or several.

    >>> likeliest_dimension("[Respect des délais]"), likeliest_dimension("Do you trust us?")
    ('relationship', 'relationship')
    >>> likeliest_dimension("Souhaitez-vous renouveler ?"), likeliest_dimension("Autres remarques")
    ('renewal', '')
    """
    dimensions = dict.fromkeys(DIMENSIONS.values())
    dimensions_named = [name for name in dimensions if says(f"question about {name}", question)]
    if len(dimensions_named) == 1:
        return dimensions_named[0]
    return ""
