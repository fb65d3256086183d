"""Estimators: arrays in, frames out, no word of the study."""
