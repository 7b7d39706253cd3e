"""Generic elements: ``ts.el.article(...)`` and so on, HTML's own under HTML's own names.

For what no component is for. They have no look but the page's, and are as safe as components:
attributes are a closed list without scripts, styles are checked, addresses pass the allow-list.
Elements that run, load or embed something else (``script``, ``iframe``, ``object``) are not here;
`ts.script` and `ts.custom_element` are the ways for code of your own. Knows nothing of looks.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

from ..errors import PageError
from ..state.var import Var
from .element import Kind, make_element
from .event_types import ClickEvent
from .html import VOID_TAGS
from .tree import Child, Component
from .triggers import TriggerKind

__all__ = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "button",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del_",
    "details",
    "dfn",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "main",
    "mark",
    "menu",
    "meter",
    "nav",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "search",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
]


class ElementFunction(Protocol):
    """A function that makes one kind of element."""

    def __call__(
        self,
        *children: Child,
        id: str | Var[Any] | None = None,
        class_name: str | Var[Any] | None = None,
        on_click: ClickEvent = None,
        **props: object,
    ) -> Component:
        """Return the element.

        Args:
            children: components, text, numbers, vars, and lists of these.
            id: its name in the page.
            class_name: its classes.
            on_click: runs when it is pressed.
            props: the element's attributes in Python's spelling (``col_span``, ``html_for``),
                ``aria_...`` and ``data_...``, styles, and triggers; PageError for others.
        """
        ...


#: Attributes whose names are words run together; Python's spelling has the words apart.
_WORDS: Final = """
    accept alt auto_complete auto_play char_set cite cols col_span controls date_time decoding
    default dir_name download enc_type enter_key_hint form form_action form_method form_no_validate
    headers high href href_lang input_mode item_prop item_scope item_type kind label list loading
    loop low max max_length media method min min_length muted name no_validate optimum pattern
    placeholder plays_inline popover popover_target popover_target_action poster preload rel
    reversed rows row_span scope sizes span spell_check src src_lang start step target translate
    type wrap action
""".split()  # noqa: SIM905 - a table to be read

_ATTRIBUTES: Final = {
    **{name: name.replace("_", "") for name in _WORDS},
    "html_for": "for",
    "accept_charset": "accept-charset",
    "default_value": "value",
    "default_checked": "checked",
}
_PROPERTIES: Final = {
    "value": "value",
    "checked": "checked",
    "selected": "selected",
    "multiple": "multiple",
    "open": "open",
    "inert": "inert",
    "disabled": "disabled",
    "required": "required",
    "read_only": "readOnly",
    "auto_focus": "autofocus",
}
#: Of these the value is an attribute: nobody changes it in the browser.
_FIXED_VALUES: Final = frozenset({"button", "data", "li", "meter", "option", "progress"})
_BOXES: Final = frozenset({"checkbox", "radio"})


def _element(tag: str) -> ElementFunction:
    kind = Kind(f"el.{tag}", tag, _ATTRIBUTES, _PROPERTIES, _triggers(tag, None))
    if tag in _FIXED_VALUES:
        properties = {name: prop for name, prop in _PROPERTIES.items() if name != "value"}
        kind = Kind(kind.name, tag, {**_ATTRIBUTES, "value": "value"}, properties, kind.triggers)

    def make(*children: Child, **props: object) -> Component:
        if children and tag in VOID_TAGS:
            raise PageError(f"el.{tag}: HTML has no children in this element")
        if tag != "input":
            return make_element(kind, children, props)
        type_ = props.get("type")
        if type_ in _BOXES:  # its value is what the form sends, not what the user enters
            attributes = {**_ATTRIBUTES, "value": "value"}
            properties = {name: prop for name, prop in _PROPERTIES.items() if name != "value"}
            own = Kind(kind.name, tag, attributes, properties, _triggers(tag, type_))
            return make_element(own, children, props)
        own = Kind(kind.name, tag, _ATTRIBUTES, _PROPERTIES, _triggers(tag, type_))
        return make_element(own, children, props)

    make.__name__ = make.__qualname__ = tag
    make.__doc__ = f"Return a ``<{tag}>``; see `ElementFunction`."
    return make


def _triggers(tag: str, type_: object) -> dict[str, TriggerKind]:
    """What an element's own events carry."""
    kinds = {
        "on_toggle": TriggerKind("toggle", ("open",)),
        "on_load": TriggerKind("load"),
        "on_ended": TriggerKind("ended"),
        "on_submit": TriggerKind("submit", ("form",), ("prevent",)),
    }
    value = "number" if type_ in ("number", "range") else "value"
    if tag in ("input", "textarea", "select"):
        change = TriggerKind("input", (value,))
        if type_ == "checkbox":
            change = TriggerKind("change", ("checked",))
        elif type_ == "radio" or tag == "select":
            change = TriggerKind("change", ("value",))
        kinds |= {"on_change": change, "on_blur": TriggerKind("blur", (value,))}
    return kinds


a = _element("a")
abbr = _element("abbr")
address = _element("address")
article = _element("article")
aside = _element("aside")
audio = _element("audio")
b = _element("b")
bdi = _element("bdi")
bdo = _element("bdo")
blockquote = _element("blockquote")
br = _element("br")
button = _element("button")
caption = _element("caption")
cite = _element("cite")
code = _element("code")
col = _element("col")
colgroup = _element("colgroup")
data = _element("data")
datalist = _element("datalist")
dd = _element("dd")
del_ = _element("del")
details = _element("details")
dfn = _element("dfn")
dialog = _element("dialog")
div = _element("div")
dl = _element("dl")
dt = _element("dt")
em = _element("em")
fieldset = _element("fieldset")
figcaption = _element("figcaption")
figure = _element("figure")
footer = _element("footer")
form = _element("form")
h1 = _element("h1")
h2 = _element("h2")
h3 = _element("h3")
h4 = _element("h4")
h5 = _element("h5")
h6 = _element("h6")
header = _element("header")
hgroup = _element("hgroup")
hr = _element("hr")
i = _element("i")
img = _element("img")
input = _element("input")
ins = _element("ins")
kbd = _element("kbd")
label = _element("label")
legend = _element("legend")
li = _element("li")
main = _element("main")
mark = _element("mark")
menu = _element("menu")
meter = _element("meter")
nav = _element("nav")
ol = _element("ol")
optgroup = _element("optgroup")
option = _element("option")
output = _element("output")
p = _element("p")
pre = _element("pre")
progress = _element("progress")
q = _element("q")
rp = _element("rp")
rt = _element("rt")
ruby = _element("ruby")
s = _element("s")
samp = _element("samp")
search = _element("search")
section = _element("section")
select = _element("select")
small = _element("small")
source = _element("source")
span = _element("span")
strong = _element("strong")
sub = _element("sub")
summary = _element("summary")
sup = _element("sup")
table = _element("table")
tbody = _element("tbody")
td = _element("td")
textarea = _element("textarea")
tfoot = _element("tfoot")
th = _element("th")
thead = _element("thead")
time = _element("time")
tr = _element("tr")
track = _element("track")
u = _element("u")
ul = _element("ul")
var = _element("var")
video = _element("video")
wbr = _element("wbr")
