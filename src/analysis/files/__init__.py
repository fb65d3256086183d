"""Files that are received, before anything is read of them: where they lie, and what they call their
study. Nothing here needs pandas, so that a run that has nothing to do is done at once.
"""
