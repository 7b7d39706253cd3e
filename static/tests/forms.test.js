// Forms: errors beside the fields, and what is emptied, kept and brought back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { livePage, settle, type, until } from "./page.js";

const e = (/** @type {number} */ i) => ["e", i];
const ON = { submit: { x: ["form", "fields"], prevent: true, do: [{ b: 0, a: [e(1)] }] } };
const FORM = `<form data-t="0" data-ts-reset="true">
  <div class="ts-field"><label for="a">A</label><input id="a" name="a" aria-describedby="hint"></div>
  <label><input type="checkbox" name="b"></label><input type="hidden" name="h" value="1"><input name="c" value="c">
  <select name="d"><option>x</option><option>y</option></select>
</form>`;
let copies = 0;

/** A live page with a form, whose POSTs wait for the test. @param {string} [html] */
async function formPage(html = FORM) {
  const page = await livePage({ html, parts: [{ on: ON }] });
  await import(`../runtime/forms.js?copy=${++copies}`);
  page.server.answersAlone = false;
  const form = page.$("form");
  let n = 0;
  return {
    ...page, form,
    input: (/** @type {string} */ name) => page.$(`[name=${name}]`),
    errors: () => [...form.querySelectorAll(".ts-field-error")].map((el) => el.textContent),
    async submit() {
      form.dispatchEvent(new page.window.Event("submit", { bubbles: true, cancelable: true }));
      await settle();
      n++;
      return page.server.posts.at(-1);
    },
    /** @param {any} post @param {any} [fields] */
    answer: (post, fields) => post.answer(202, { ack: n, refused: fields ? [{ n, error: "wrong", fields }] : [] }),
    /** @param {any} fields @param {number} [number] */
    async fail(fields, number = n) {
      const args = { doc: page.server.stream.query.doc, n: number, fields };
      await page.server.delta([], { effects: [{ id: number, kind: "form_error", args }] });
      for (let i = 0; i < 10; i++) await settle();
    },
  };
}

test("errors stand beside their fields, the entries stay, and the first wrong control has the focus", async () => {
  const page = await formPage();
  type(page.window, page.input("a"), "typed");
  await page.answer(await page.submit(), { c: "is taken", a: "must be <b>bold</b>" });
  assert.deepEqual(page.errors(), ["must be <b>bold</b>", "is taken"]);
  const a = page.input("a");
  const error = page.$(".ts-field").lastElementChild;
  assert.equal(error.textContent, "must be <b>bold</b>");
  assert.equal(error.childElementCount, 0);
  assert.equal(a.getAttribute("aria-invalid"), "true");
  assert.equal(a.getAttribute("aria-describedby"), `hint ${error.id}`);
  assert.equal(page.document.activeElement, a);
  assert.equal(a.value, "typed");
});

test("an error goes when its control is edited, all go at the next try", async () => {
  const page = await formPage();
  await page.answer(await page.submit(), { a: "no", c: "neither" });
  type(page.window, page.input("a"), "x");
  assert.deepEqual(page.errors(), ["neither"]);
  assert.equal(page.input("a").hasAttribute("aria-invalid"), false);
  assert.equal(page.input("a").getAttribute("aria-describedby"), "hint");
  await page.submit();
  assert.deepEqual(page.errors(), []);
});

test("what is of no visible control stands at the form's end, or in its place for errors", async () => {
  const page = await formPage();
  await page.answer(await page.submit(), { "": "Sold out.", h: "is wrong", __proto__x: "odd" });
  assert.equal(page.form.lastElementChild.textContent, "Sold out.\nh: is wrong\n__proto__x: odd");
  assert.equal(page.form.lastElementChild.getAttribute("role"), "alert");
  const other = await formPage('<form data-t="0"><div class="ts-form-errors"></div><input name="a"></form>');
  await other.answer(await other.submit(), JSON.parse('{"": "Sold out.", "__proto__": "odd", "constructor": "odd"}'));
  assert.equal(other.$(".ts-form-errors").textContent, "Sold out.\n__proto__: odd\nconstructor: odd");
});

test("a form is emptied once it has been taken, but for what was edited meanwhile", async () => {
  const page = await formPage();
  type(page.window, page.input("a"), "sent");
  type(page.window, page.input("c"), "sent too");
  page.input("b").checked = true;
  page.input("d").value = "y";
  const post = await page.submit();
  assert.equal(page.input("a").value, "sent");
  type(page.window, page.input("c"), "next");
  await page.answer(post);
  assert.deepEqual([page.input("a").value, page.input("c").value, page.input("b").checked, page.input("d").value], ["", "next", false, "x"]);
});

test("entries that a handler refuses later come back", async () => {
  const page = await formPage();
  type(page.window, page.input("a"), "sent");
  page.input("b").checked = true;
  await page.answer(await page.submit());
  assert.equal(page.input("a").value, "");
  type(page.window, page.input("c"), "new");
  await page.fail({ a: "is taken" });
  await until(() => page.errors().length > 0);
  assert.deepEqual(page.errors(), ["is taken"]);
  assert.deepEqual([page.input("a").value, page.input("b").checked, page.input("c").value], ["sent", true, "new"]);
});

test("what a handler says may come before the answer, and nothing is emptied then", async () => {
  const page = await formPage();
  type(page.window, page.input("a"), "sent");
  const post = await page.submit();
  await page.fail({ a: "is taken" });
  assert.deepEqual(page.errors(), []);
  await page.answer(post);
  assert.deepEqual(page.errors(), ["is taken"]);
  assert.equal(page.input("a").value, "sent");
});

test("what is said of another document's event is not shown", async () => {
  const page = await formPage();
  await page.answer(await page.submit());
  await page.server.delta([], { effects: [{ id: 1, kind: "form_error", args: { doc: "another", n: 1, fields: { a: "no" } } }] });
  for (let i = 0; i < 10; i++) await settle();
  assert.deepEqual(page.errors(), []);
});

test("the focus stays where the user has gone", async () => {
  const page = await formPage(`${FORM}<input id="elsewhere">`);
  const post = await page.submit();
  page.$("#elsewhere").focus();
  await page.answer(post, { a: "no" });
  assert.equal(page.document.activeElement?.id, "elsewhere");
});
