"""What a study looks at, and the views of it that an analyst opens."""
