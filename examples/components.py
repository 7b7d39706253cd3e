"""The components, all of them live: what is entered on one side shows on the other."""

import triostate as ts

CITIES = {"lis": "Lisbon", "osl": "Oslo", "nbo": "Nairobi", "lim": "Lima"}
PLANS = [("small", "Small, 2 seats"), ("team", "Team, 10 seats"), ("firm", "Firm, no limit")]
ORDERS = [
    ("Ada Lovelace", "AL", "Engines", 1240, "paid", "green"),
    ("Grace Hopper", "GH", "Compilers", 860, "open", "amber"),
    ("Karen Jones", "KJ", "Indexes", 2310, "late", "red"),
]


class Desk(ts.State):
    city: str = "osl"
    plan: str = "team"
    alerts: bool = True
    agreed: bool = False
    volume: int = 40
    note: str = "Ring the bell twice."
    received: dict[str, str] = {}
    tab: str = "day"
    asking: bool = False
    done: str = "nothing yet"
    rating: int = 3
    loading: bool = True

    @ts.event
    def receive(self, entries: dict[str, str]):
        self.received = entries

    @ts.event
    def do(self, what: str):
        self.done = what


def block(title, *children, **styles):
    return ts.card(
        ts.vstack(
            ts.text(title, size="2", weight="medium", color_scheme="gray"),
            *children,
            spacing="4",
            align="stretch",
        ),
        **styles,
    )


COLUMNS = "repeat(auto-fit, minmax(min(100%, 24rem), 1fr))"  # two, or one on a phone


def part(title, words, *blocks):
    return ts.section(
        ts.vstack(
            ts.heading(title, size="5", as_="h2"),
            ts.text(words, color_scheme="gray"),
            spacing="1",
            margin_bottom="1rem",
        ),
        ts.grid(*blocks, columns=COLUMNS, spacing="4"),
        size="1",
    )


def looks():
    return part(
        "To look at",
        "Words, marks and pictures. None of them needs a script.",
        block(
            "badge, icon",
            ts.hstack(
                ts.badge("New", color_scheme="green"),
                ts.badge("Beta", variant="surface"),
                ts.badge(ts.icon("clock"), "Waiting", color_scheme="amber"),
                ts.badge("Failed", variant="solid", color_scheme="red"),
                ts.badge("Draft", variant="outline", color_scheme="gray"),
                spacing="2",
            ),
            ts.hstack(
                *(ts.icon(name, size=22) for name in ("calendar", "mail", "map-pin", "phone")),
                ts.icon("heart", size=22, color_scheme="red", label="Liked"),
                spacing="4",
            ),
        ),
        block(
            "avatar, image",
            ts.hstack(
                ts.avatar(fallback="AL", alt="Ada Lovelace", size="4", color_scheme="violet"),
                ts.avatar(fallback="GH", alt="Grace Hopper", size="4", variant="solid"),
                ts.avatar(src=PICTURE, fallback="KJ", alt="Karen Jones", size="4", radius="large"),
            ),
            ts.image(src=PICTURE, alt="A sun over hills", width="100%", height=96, fit="cover"),
        ),
        block(
            "progress, spinner, skeleton",
            ts.progress(value=Desk.volume, max=100, label="Volume"),
            ts.hstack(ts.spinner(), ts.spinner(size="3", color_scheme="green", label="Saving")),
            ts.skeleton(ts.text("What was still to come has come."), loading=Desk.loading),
            ts.switch("Still loading", checked=Desk.loading, on_change=Desk.set_loading, size="1"),
        ),
        block(
            "callout",
            ts.callout("Backups run at two in the morning."),
            ts.callout(
                "The disk is nearly full.",
                icon="triangle-alert",
                color_scheme="amber",
                variant="surface",
            ),
        ),
    )


def orders():
    return block(
        "table",
        ts.table.root(
            ts.table.header(
                ts.table.row(
                    ts.table.column_header_cell("Customer"),
                    ts.table.column_header_cell("Field"),
                    ts.table.column_header_cell("Amount", justify="end"),
                    ts.table.column_header_cell("State"),
                ),
            ),
            ts.table.body([order_row(*order) for order in ORDERS]),
            label="Orders",
        ),
        margin_bottom="1.5rem",
    )


def order_row(name, initials, field, amount, state, color):
    return ts.table.row(
        ts.table.row_header_cell(
            ts.hstack(ts.avatar(fallback=initials, size="1"), name, spacing="2", wrap="nowrap")
        ),
        ts.table.cell(field),
        ts.table.cell(f"{amount:,}", justify="end"),
        ts.table.cell(ts.badge(state, color_scheme=color)),
    )


def entries():
    return part(
        "To enter something",
        "The browser's own controls. A var and its control follow each other.",
        block(
            "select, radio_group",
            ts.form_field(
                "City",
                ts.select(CITIES, value=Desk.city, on_change=Desk.set_city),
                description=ts.fragment("Sent as ", ts.code(Desk.city)),
                width="100%",
            ),
            ts.form_field("Plan", ts.radio_group(PLANS, value=Desk.plan, on_change=Desk.set_plan)),
        ),
        block(
            "switch, checkbox, slider",
            ts.switch("Send alerts", checked=Desk.alerts, on_change=Desk.set_alerts),
            ts.checkbox("I have read it", checked=Desk.agreed, on_change=Desk.set_agreed),
            ts.form_field(
                ts.fragment("Volume: ", Desk.volume, " %"),
                ts.slider(value=Desk.volume, on_change=Desk.set_volume),
                width="100%",
            ),
        ),
        block(
            "text_area",
            ts.form_field(
                "Note for the driver",
                ts.text_area(value=Desk.note, on_change=Desk.set_note, rows=3),
                description=ts.fragment(ts.length(Desk.note), " characters"),
                error=ts.cond(ts.length(Desk.note) > 60, "Sixty are enough.", ""),
                width="100%",
            ),
        ),
        block(
            "form",
            ts.form(
                ts.form_field("Name", ts.input(name="name", required=True), width="100%"),
                ts.form_field(
                    "Size", ts.select(["S", "M", "L"], name="size", default_value="M"), width="100%"
                ),
                ts.button("Send", type="submit"),
                on_submit=Desk.receive,
                reset_on_submit=True,
            ),
            ts.cond(
                Desk.received,
                ts.text("Received: ", Desk.received["name"], ", ", Desk.received["size"], size="2"),
            ),
        ),
    )


def openings():
    return part(
        "To open and close",
        "All of them by keyboard as well: arrows, Home, End, Enter, Escape.",
        block(
            "tabs",
            ts.tabs.root(
                ts.tabs.list(
                    ts.tabs.trigger("Day", value="day"),
                    ts.tabs.trigger("Week", value="week"),
                    ts.tabs.trigger("Year", value="year"),
                    label="Period",
                ),
                ts.tabs.content(ts.text("12 orders since midnight."), value="day"),
                ts.tabs.content(ts.text("81 orders since Monday."), value="week"),
                ts.tabs.content(ts.text("4,102 orders since January."), value="year"),
                value=Desk.tab,
                on_change=Desk.set_tab,
            ),
            ts.text("The server knows it: ", ts.code(Desk.tab), size="2", color_scheme="gray"),
        ),
        block(
            "accordion",
            ts.accordion.root(
                ts.accordion.item(
                    header="How long does it take?", content="Two days.", value="time"
                ),
                ts.accordion.item(header="Can I send it back?", content="For a month."),
                ts.accordion.item(header="Who pays for that?", content="We do."),
                default_value="time",
            ),
        ),
        block(
            "dialog, dropdown_menu, tooltip",
            ts.hstack(question(), menu(), hint(), spacing="2"),
            ts.text("Last done: ", ts.code(Desk.done), size="2", color_scheme="gray"),
        ),
        block("custom_element", stars(Desk.rating, Desk.set_rating), ts.text(Desk.rating, " of 5")),
    )


def question():
    return ts.dialog.root(
        ts.dialog.trigger(ts.button("Delete", variant="soft", color_scheme="red")),
        ts.dialog.content(
            ts.dialog.title("Delete the order?"),
            ts.dialog.description("It cannot be brought back."),
            ts.hstack(
                ts.dialog.close(ts.button("Keep it", variant="soft", color_scheme="gray")),
                ts.dialog.close(
                    ts.button("Delete it", color_scheme="red", on_click=Desk.do("delete"))
                ),
                justify="end",
            ),
        ),
        open=Desk.asking,
        on_open_change=Desk.set_asking,
    )


def menu():
    return ts.dropdown_menu.root(
        ts.dropdown_menu.trigger(
            ts.button("Actions", ts.icon("chevron-down"), variant="surface", color_scheme="gray")
        ),
        ts.dropdown_menu.content(
            ts.dropdown_menu.item(ts.icon("pencil"), "Edit", on_click=Desk.do("edit")),
            ts.dropdown_menu.item(ts.icon("copy"), "Duplicate", on_click=Desk.do("duplicate")),
            ts.dropdown_menu.separator(),
            ts.dropdown_menu.item(
                ts.icon("archive"), "Archive", color_scheme="red", on_click=Desk.do("archive")
            ),
        ),
    )


def hint():
    return ts.tooltip(
        ts.button(ts.icon("refresh-cw"), aria_label="Refresh", variant="ghost"),
        content="Asks the warehouse anew",
    )


def stars(value, on_rate):
    """Wrap an element that the script below defines; this function is a component of one's own."""
    return ts.custom_element(
        "star-rating",
        properties={"value": value},
        on={"rate": on_rate},
        src="/star-rating.js",
        aria_label="Rating",
        role="group",
        font_size="1.75rem",
        line_height=1,
        color="var(--primary)",
    )


STAR_RATING = """
customElements.define("star-rating", class extends HTMLElement {
  connectedCallback() {
    for (let count = 1; count <= 5; count++) {
      const star = document.createElement("button");
      star.type = "button";
      star.setAttribute("aria-label", `${count} of 5`);
      star.onclick = () => this.dispatchEvent(new CustomEvent("rate", { detail: count }));
      this.append(star);
    }
    this.show();
  }
  get value() { return this.count ?? 0; }
  set value(count) { this.count = count; this.show(); }
  show() {
    [...this.children].forEach((star, at) => {
      star.textContent = at < this.value ? "\\u2605" : "\\u2606";
      star.setAttribute("aria-pressed", String(at + 1 === this.value));
    });
  }
});
"""

REPORT = """
export function draw(points) {
  return points.map((count) => "\\u2022".repeat(count)).join(" ");
}
"""

PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 96 96'%3E"
    "%3Crect width='96' height='96' fill='%23f7c873'/%3E"
    "%3Ccircle cx='64' cy='36' r='14' fill='%23fff3d6'/%3E"
    "%3Cpath d='M0 70 28 44l20 18 18-14 30 26v22H0z' fill='%235b7f6a'/%3E"
    "%3Cpath d='M0 82 34 62l26 16 36-12v30H0z' fill='%233d5f52'/%3E%3C/svg%3E"
)


def demo():
    return ts.vstack(
        looks(), orders(), entries(), openings(), spacing="0", align="stretch", width="100%"
    )
