"""What all tests share: the package's own pytest plugin."""

# At its import it looks for what holds Trio's random numbers, and finds nothing once a test has had
# the collector's objects frozen: so it is imported before, and not with pytest's last words.
import hypothesis  # noqa: F401

pytest_plugins = ["pytest_triostate"]
