"""Small apps that the browser tests serve: `tests.browser.apps.<module>:app`."""
