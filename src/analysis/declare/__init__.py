"""What is declared once: columns, conventions, parameters and the faults that people read."""
