"""Names that are mistyped. On a class they are taken for setters, which fit nowhere else."""

import triostate as ts


class Demo(ts.State):
    value: int = 0
    typed: ts.Field[int] = ts.field(0)
    names: list[str] = []

    @ts.event
    def clear(self) -> None:
        print(self.vaule)  # error
        self.claer()  # error
        self.set_value(3)  # error
        self.names.apend("x")  # error


@ts.page(route="/")
def index() -> ts.Component:
    return ts.vstack(
        ts.text(Demo.vaule),  # error
        ts.text(Demo.vaule + 1),  # error
        ts.text(1 + Demo.vaule),  # error
        ts.text(Demo.vaule.upper()),  # error
        ts.text(Demo.names[Demo.vaule]),  # error
        ts.text(Demo.typed.legnth()),  # error
        ts.input(value=Demo.vaule),  # error
        ts.progress(value=Demo.vaule),  # error
        ts.foreach(Demo.name, ts.text),  # error
        ts.foreach(Demo.names, lambda name: ts.text(name.uper())),  # error
        ts.button("x", on_click=Demo.claer),  # error
        ts.button("x", on_click=Demo.clear.cancle),  # error
        ts.button("x", disabled=Demo.vaule),  # error
        ts.heading("x", as_="h7"),  # error
        ts.button("x", variant="shiny"),  # error
        ts.vstack("x", align="middle"),  # error
        ts.headin("x"),  # error
        ts.text({"a": 1}),  # error
        ts.text(Demo.clear),  # error
        ts.text(Demo.typed.to_string),  # error
        ts.text(object()),  # error
        ts.text(Demo.names[0].uper()),  # error
    )
