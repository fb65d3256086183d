"""Who is who: which rows tell of one partner."""
