"""Who is who in a list: names, codes, numbers, several partners in a row, and the entity that signs."""
