"""A login: two accounts, the page and the routes to sign in, and who is let in after that.

A login is a random number in a signed cookie. A real app would keep these dicts in a database.
"""

import hashlib
import hmac
import secrets

import quart
import trio

import triostate as ts

HOME, DOOR = "/operations", "/operations/login"
ACCOUNTS = {  # full name, salt, hash of the password
    "ada": ("Ada Lovelace", "5e1f0c9ab3d76428", "f8446942beb3aaeacab169b45675e84c543df5cb"),
    "grace": ("Grace Hopper", "c27b86d4019fe35a", "504c95c300744d6f51f8e7dda883172629a339d1"),
}
NOBODY = ("Nobody", "00", "")  # so that a name that is unknown takes as long as one that is known
logins: dict[str, tuple[str, trio.Event]] = {}  # the full name, and what is set when it is over
one_at_a_time = trio.Lock()  # so that guessing passwords is slow, and takes one processor at most


def hash_password(password, salt):
    salt = bytes.fromhex(salt)
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=5, dklen=20).hex()


def install(app: ts.App):
    app.quart.secret_key = secrets.token_hex()

    @app.quart.post("/operations/sign-in")  # only the answer to a request can set a cookie
    async def sign_in():
        form = await quart.request.form
        name, salt, known = ACCOUNTS.get(form.get("user", ""), NOBODY)
        async with one_at_a_time:
            made = await ts.run_in_thread(hash_password, form.get("password", ""), salt)
        if not hmac.compare_digest(made, known):
            return quart.redirect(f"{DOOR}?failed", 303)
        await sign_out()
        login = quart.session["login"] = secrets.token_hex()
        logins[login] = name, trio.Event()
        return quart.redirect(HOME, 303)

    @app.quart.post("/operations/sign-out")
    async def sign_out():
        _, over = logins.pop(quart.session.pop("login", ""), ("", trio.Event()))
        over.set()
        return quart.redirect(DOOR, 303)


def signed_in(visit: ts.Visit):
    return visit.quart_session.get("login") in logins or DOOR


class Visitor(ts.State):
    name: str = ""

    @ts.event(background=True, policy="drop")
    async def enter(self):
        if login := logins.get(self.router.quart_session["login"]):  # else it is over already
            async with self:
                self.name = login[0]
            await login[1].wait()
        self.session.close()


def sign_out_button():
    button = ts.button("Sign out", type="submit", variant="soft", size="1")
    return ts.el.form(button, action="/operations/sign-out", method="post")


@ts.page(DOOR, title="Sign in - Operations")
def login():
    wrong = ts.callout("Wrong name or password.", color_scheme="red", role="alert", width="100%")
    sign_in = ts.el.form(
        ts.heading("Operations"),
        ts.cond(ts.State.router.page.params.contains("failed"), wrong),
        ts.form_field("Name", ts.input(name="user", auto_focus=True)),
        ts.form_field("Password", ts.input(name="password", type="password")),
        ts.button("Sign in", type="submit", width="100%"),
        ts.text("Demo accounts: ada with “engine”, grace with “compiler”.", size="2"),
        action="/operations/sign-in",
        method="post",
        class_name="ts-form",
    )
    return ts.center(ts.card(sign_in, size="3", width="min(24rem, 100%)"), min_height="80vh")
