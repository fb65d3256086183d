"""What the team says beside its raw files: decisions, corrections, totals of its books."""
