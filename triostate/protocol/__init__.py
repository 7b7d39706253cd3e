"""What travels between server and browser: frames, events, effects. Sans IO: no Trio."""
