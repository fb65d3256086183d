"""Words, numbers and dates as a reader of French or English expects them."""
