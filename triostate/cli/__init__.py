"""The commands: ``triostate run``, ``triostate new`` and ``triostate check``.

`main` reads the command line; `run`, `new` and `check` are a command each. `worker` is the process
that `run` starts, and starts again. `template/` is what `new` copies.

The standard library reads the command line: three commands with an option or two need no more.
"""
