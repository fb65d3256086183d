"""What an audience may be told that no rule of secrecy on numbers decides."""


def may_group_by_any_column(study) -> bool:
    """Whether relations may be grouped by any of their columns: for the team, since some name."""
    return study.parameters.audience == "team"


def may_tell_each_cause(study) -> bool:
    """Whether causes from which few relations ended may be told one by one: to the team."""
    return study.parameters.audience == "team"


def may_tell_each_end(study) -> bool:
    """Whether the month of a single end may be told, as a median is: to the team."""
    return study.parameters.audience == "team"


def may_name_partners(study) -> bool:
    """Whether a sentence may name partners with their amounts: to the team."""
    return study.parameters.audience == "team"


def may_see_terms_ahead(study) -> bool:
    """Whether the calendar of terms may be shown: to the team and to directors."""
    return study.parameters.audience != "partners"
