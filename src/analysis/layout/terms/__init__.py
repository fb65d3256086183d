"""From when to when: starts, ends, terms, what was extended, renewed or broken off, and days that may be others."""
