"""What one entry is made in: boxes, switches, lists, sliders, fields."""

from playwright.sync_api import Page, expect

from tests.browser.uses.acting import (
    button,
    by_keyboard,
    by_pointer,
    demos,
    drag,
    says,
    tab_to,
    type_over,
)


@by_keyboard("checkbox")
def _checkbox_keys(page: Page) -> None:
    go_on = button(page, "Go on")
    expect(go_on).to_be_disabled()
    tab_to(page, page.get_by_label("I have read it"))
    page.keyboard.press("Space")
    expect(go_on).to_be_enabled()
    tab_to(page, page.get_by_label("Milk"))
    page.keyboard.press("Space")
    says(page, "To buy:")


@by_pointer("checkbox")
def _checkbox_pointer(page: Page) -> None:
    demos(page).get_by_text("I have read it", exact=True).click()
    expect(button(page, "Go on")).to_be_enabled()
    page.get_by_label("Bread").click()
    says(page, "To buy: Milk, Bread")


@by_keyboard("switch")
def _switch_keys(page: Page) -> None:
    tab_to(page, page.get_by_role("switch", name="Send alerts"))
    page.keyboard.press("Space")
    says(page, "Alerts are off.")


@by_pointer("switch")
def _switch_pointer(page: Page) -> None:
    page.get_by_role("switch", name="Send alerts").click()
    says(page, "Alerts are off.")
    demos(page).get_by_text("Send alerts", exact=True).click()
    says(page, "Alerts are on.")


@by_keyboard("radio_group")
def _radio_group_keys(page: Page) -> None:
    tab_to(page, page.get_by_role("radio", name="Team, 10 seats"))
    page.keyboard.press("ArrowDown")
    says(page, "The server has firm.")
    tab_to(page, page.get_by_role("radio", name="Mon"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Tue")).to_be_checked()


@by_pointer("radio_group")
def _radio_group_pointer(page: Page) -> None:
    demos(page).get_by_text("Small, 2 seats", exact=True).click()
    says(page, "The server has small.")
    page.get_by_role("radio", name="Firm").click()
    says(page, "The server has firm.")


@by_keyboard("select")
def _select_keys(page: Page) -> None:
    tab_to(page, page.get_by_label("City"))
    page.keyboard.press("ArrowDown")
    says(page, "The server has nbo.")
    page.keyboard.type("L")
    says(page, "The server has lis.")


@by_pointer("select")
def _select_pointer(page: Page) -> None:
    city = page.get_by_label("City")
    city.click()  # its list is a window of the browser's, which only keys and `select_option` reach
    expect(city).to_be_focused()
    page.keyboard.press("Escape")
    city.select_option("Nairobi")
    says(page, "The server has nbo.")


@by_keyboard("slider")
def _slider_keys(page: Page) -> None:
    slider = tab_to(page, demos(page).get_by_role("slider").first)
    for key, value in (("ArrowRight", 41), ("ArrowDown", 40), ("End", 100), ("Home", 0)):
        page.keyboard.press(key)
        says(page, f"Volume: {value} %")
        says(page, f"Let go at {value}.")
    expect(slider).to_have_accessible_name("Volume: 0 %")


@by_pointer("slider")
def _slider_pointer(page: Page) -> None:
    slider = demos(page).get_by_role("slider").first
    drag(page, slider, 0.8)
    value = slider.input_value()
    assert 70 < int(value) < 90
    says(page, f"Volume: {value} %")
    says(page, f"Let go at {value}.")


@by_keyboard("input")
def _input_keys(page: Page) -> None:
    word = tab_to(page, page.get_by_label("Word", exact=True))
    page.keyboard.type("bolts")
    page.keyboard.press("Enter")
    says(page, "Sent: bolts")
    expect(word).to_have_value("")


@by_pointer("input")
def _input_pointer(page: Page) -> None:
    page.get_by_label("Name", exact=True).dblclick()  # selects the word
    page.keyboard.type("Grace")
    says(page, "Hello Grace.")


@by_keyboard("number_input")
def _number_input_keys(page: Page) -> None:
    tab_to(page, page.get_by_role("spinbutton", name="Seats"))
    page.keyboard.press("ArrowUp")
    says(page, "3 seats cost 36.")
    type_over(page, "5")
    says(page, "5 seats cost 60.")


@by_pointer("number_input")
def _number_input_pointer(page: Page) -> None:
    seats = page.get_by_role("spinbutton", name="Seats")
    box = seats.bounding_box()
    assert box is not None
    seats.hover()  # shows its arrows, within the right edge
    page.mouse.click(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2 - 4)
    says(page, "3 seats cost 36.")


@by_keyboard("text_area")
def _text_area_keys(page: Page) -> None:
    note = tab_to(page, page.get_by_label("Note for the driver"))
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.press("Enter")
    page.keyboard.type("Thanks.")
    says(page, "28 characters")
    page.keyboard.press("Tab")
    expect(note).not_to_be_focused()


@by_pointer("text_area")
def _text_area_pointer(page: Page) -> None:
    note = page.get_by_label("Note for the driver")
    demos(page).get_by_text("Note for the driver", exact=True).click()
    expect(note).to_be_focused()
    note.click(click_count=3)  # selects the paragraph
    page.keyboard.type("x" * 61)
    says(page, "Sixty are enough.")
    expect(note).to_have_attribute("aria-invalid", "true")


@by_keyboard("label")
def _label_keys(page: Page) -> None:
    name = tab_to(page, page.get_by_label("Your name"))
    page.keyboard.type("Ada")
    expect(name).to_have_value("Ada")
    tab_to(page, page.get_by_role("spinbutton", name="Quantity"))


@by_pointer("label")
def _label_pointer(page: Page) -> None:
    name = demos(page).get_by_role("textbox", name="Your name")
    quantity = demos(page).get_by_role("spinbutton", name="Quantity")
    for text, field in (("Your name", name), ("Quantity", quantity)):
        demos(page).get_by_text(text).first.click(position={"x": 4, "y": 8})
        expect(field).to_be_focused()


@by_keyboard("el")
def _el_keys(page: Page) -> None:
    level = tab_to(page, demos(page).get_by_role("slider", name="Level"))
    page.keyboard.press("ArrowRight")
    expect(level).to_have_value("0.7")
    expect(demos(page).get_by_role("meter", name="Level")).to_have_attribute("value", "0.7")
    tab_to(page, demos(page).locator("summary"))
    page.keyboard.press("Enter")
    says(page, "Open: True")


@by_pointer("el")
def _el_pointer(page: Page) -> None:
    level = demos(page).get_by_role("slider", name="Level")
    drag(page, level, 0.95)
    expect(demos(page).get_by_role("meter", name="Level")).to_have_attribute(
        "value", level.input_value()
    )
    demos(page).locator("summary").click()
    says(page, "Open: True")


@by_keyboard("match")
def _match_keys(page: Page) -> None:
    tab_to(page, page.get_by_label("State"))
    page.keyboard.press("End")
    says(page, "Nobody knows where it is.")


@by_pointer("match")
def _match_pointer(page: Page) -> None:
    page.get_by_label("State").select_option("sent")
    says(page, "It is on its way to you.")
