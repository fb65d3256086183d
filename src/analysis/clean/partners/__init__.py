"""Each partner, funder and entity under one name and one code; what identifies a person goes."""
