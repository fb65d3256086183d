"""What the study measures: Series and frames in, frames out."""
