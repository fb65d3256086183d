"""Days that are far from all others or missing, years with holes, and the day of observation."""
