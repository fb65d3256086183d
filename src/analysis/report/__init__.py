"""Executed notebooks -> HTML pages and the PDF brief."""

# Where this is set in the environment, a run says each notebook that is done in a line that begins
# with it.
STEPS = "IMPACT_STUDY_STEPS"
