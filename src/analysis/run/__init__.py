"""Raw exports to reports: the pipeline, its notebooks, its editions and the command."""
