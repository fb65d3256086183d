"""The tables of a programme: agreements, what amends them, what pays them."""
