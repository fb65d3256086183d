"""What pays what: lists of payments, several rows of one grant, and the references that hold them together."""
