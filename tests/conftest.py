"""What all tests share: the package's own pytest plugin."""

pytest_plugins = ["pytest_triostate"]
