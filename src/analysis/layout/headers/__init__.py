"""What headers and the cells below them say: known names, words, kinds of numbers; which header serves which column."""
