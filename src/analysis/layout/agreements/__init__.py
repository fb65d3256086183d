"""Lists of agreements, and of what amends them, known by what sheets and rows say."""
