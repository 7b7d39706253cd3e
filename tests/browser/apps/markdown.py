"""Markdown that changes: a text that is typed, one that grows, and one in rows."""

import triostate as ts

PIECES = (
    "# An *answer*\n\nSome words",
    " with `code` and a [link](/docs).\n\n- one\n",
    "- two\n\n```python\nprint(1)\n```\n",
)

HOSTILE = """<img src=x onerror="document.title='had'"> <script>document.title='had'</script>

[a](javascript:document.title='had') [b](JaVa&#115;cript:alert(1)) ![c](javascript:alert(1))
[d](data:text/html,x) &lt;b&gt;e&lt;/b&gt; &amp;copy; [f](vbscript:x) <https://ok.example>

<div onclick="alert(1)">

g

</div>

| <b>h</b> | i |
|---|--:|
| [j](&#x6A;avascript:x) | <svg onload=alert(1)> |
"""


class Notes(ts.State):
    text: str = ""
    rows: list[str] = []

    def grow(self):
        for piece in PIECES:
            self.text += piece
            yield

    def attack(self):
        self.text = HOSTILE

    def nest(self):
        self.text = ">" * 40_000 + " deep"

    def clear(self):
        self.text = ""

    def add(self):
        self.rows.append(f"row **{len(self.rows)}**")


@ts.page(route="/", title="Notes")
def index():
    return ts.vstack(
        ts.hstack(
            ts.button("Grow", on_click=Notes.grow),
            ts.button("Attack", on_click=Notes.attack),
            ts.button("Nest", on_click=Notes.nest),
            ts.button("Clear", on_click=Notes.clear),
            ts.button("Add", on_click=Notes.add),
        ),
        ts.box(ts.markdown(Notes.text), id="text"),
        ts.box(ts.foreach(Notes.rows, ts.markdown), id="rows"),
    )


app = ts.App(modules=[__name__])
