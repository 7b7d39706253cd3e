"""Examples, each in a file of its own; `gallery` shows them all."""
