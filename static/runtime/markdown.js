// The element that shows Markdown which changes: what `ts.markdown(Var)` is on the page.
//
// Loaded by pages that have one, before the runtime, of which it knows nothing: the runtime keeps
// the text in the first child, as any text of the page, and this module watches that and shows it
// beside. So the text is there, as it is written, before this module is and without it. A text
// that grows costs its last block, not itself.
//
// No markup is made from the text: each token becomes an element of a few that are named here, all
// else is text. What becomes what is as in triostate/ui/markdown.py.

import { Lexer } from "marked";

/** @typedef {import("marked").Token} Token */
/** @typedef {{raw: string, nodes: Node[]}} Block one token at the top, and what it became */

const HEADING_SIZES = ["8", "6", "5", "4", "3", "2"];
const FOLLOWED = /^(https?|mailto|tel):$/;
const LOADED = /^(https?:|data:image\/(png|jpeg|gif|webp|avif|svg\+xml)[;,])/i;

/** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children */
function make(tag, attributes, children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.append(...children);
  return el;
}

/** An address as the browser reads it, if it may be followed. @param {string} href */
function followed(href) {
  try {
    return FOLLOWED.test(new URL(href, location.href).protocol) ? href : null;
  } catch {
    return null;
  }
}

/** @param {string} src */
function loaded(src) {
  try {
    return LOADED.test(new URL(src, location.href).href) ? src : null;
  } catch {
    return null;
  }
}

/** The character that a reference names: nothing but `&name;` is ever parsed. @param {string} text */
const decoded = (text) =>
  text.replace(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/gi, (reference) =>
    new DOMParser().parseFromString(reference, "text/html").documentElement.textContent ?? reference);

/** @param {Token[] | undefined} tokens @returns {(Node | string)[]} */
const all = (tokens) => (tokens ?? []).flatMap(show);

/** @param {any} cell */
const tableCell = (cell) =>
  make(
    cell.header ? "th" : "td",
    {
      ...(cell.header ? { scope: "col" } : {}),
      ...(/^(center|right)$/.test(cell.align) ? { "data-side": cell.align === "right" ? "end" : "center" } : {}),
    },
    all(cell.tokens),
  );

/** @param {any[]} cells */
const tableRow = (cells) => make("tr", {}, cells.map(tableCell));

/** @param {any} token */
function table({ header, rows }) {
  const parts = [make("thead", {}, [tableRow(header)]), make("tbody", {}, rows.map(tableRow))];
  const frame = { class: "ts-table-frame", role: "group", "aria-label": "Table", tabindex: "0", "data-variant": "surface", "data-size": "2" };
  return make("div", frame, [make("table", { class: "ts-data-table" }, parts)]);
}

/** @type {Record<string, (token: any) => Node | string | (Node | string)[]>} */
const SHOWN = {
  space: () => [],
  def: () => [],
  checkbox: ({ checked }) => (checked ? "\u2611 " : "\u2610 "),
  heading: ({ depth, tokens }) =>
    make(`h${depth}`, { class: "ts-heading", "data-size": HEADING_SIZES[depth - 1] }, all(tokens)),
  paragraph: ({ tokens }) => make("p", { class: "ts-text" }, all(tokens)),
  blockquote: ({ tokens }) => make("blockquote", {}, all(tokens)),
  list: ({ ordered, start, items }) =>
    make(ordered ? "ol" : "ul", ordered && start !== 1 ? { start } : {}, items.map(show).flat()),
  list_item: ({ tokens }) => make("li", {}, all(tokens)),
  code: ({ text }) => make("pre", { class: "ts-code-block", tabindex: "0" }, [make("code", {}, [text])]),
  hr: () => make("hr", { class: "ts-divider" }, []),
  table,
  strong: ({ tokens }) => make("strong", {}, all(tokens)),
  em: ({ tokens }) => make("em", {}, all(tokens)),
  del: ({ tokens }) => make("s", {}, all(tokens)),
  codespan: ({ text }) => make("code", { class: "ts-code" }, [text]),
  br: () => make("br", {}, []),
  escape: ({ text }) => text,
  link: ({ href, title, tokens, raw }) => {
    const address = followed(decoded(href));
    if (address === null) return raw;
    return make("a", { class: "ts-link", href: address, ...(title ? { title } : {}) }, all(tokens));
  },
  image: ({ href, title, text, raw }) => {
    const address = loaded(decoded(href));
    if (address === null) return raw;
    return make("img", { class: "ts-image", src: address, alt: decoded(text), loading: "lazy", ...(title ? { title } : {}) }, []);
  },
  text: ({ text, tokens }) => (tokens ? all(tokens) : decoded(text)),
};

/** What has no row in the table, HTML for one, is shown as it is written. @param {any} token */
const show = (token) => (Object.hasOwn(SHOWN, token.type) ? SHOWN[token.type](token) : token.raw);

/** What later blocks may refer to. @param {Token[]} tokens */
const definitions = (tokens) => tokens.filter(({ type }) => type === "def").map(({ raw }) => raw).join("");

class Markdown extends HTMLElement {
  /** @type {MutationObserver | null} */
  #observer = null;
  /** @type {HTMLElement | null} */
  #shown = null;
  /** @type {Block[]} */
  #blocks = [];
  #defined = "";

  connectedCallback() {
    const source = /** @type {HTMLElement} */ (this.firstElementChild);
    this.#observer = new MutationObserver(() => this.#update(source));
    this.#observer.observe(source, { childList: true, characterData: true, subtree: true });
    this.#update(source);
  }

  disconnectedCallback() {
    this.#observer?.disconnect();
  }

  /** @param {HTMLElement} source */
  #update(source) {
    if (!this.#shown) {
      this.#shown = make("div", { class: "ts-markdown" }, []);
      this.append(this.#shown);
    }
    /** @type {Token[]} */
    let tokens = [];
    try {
      tokens = Lexer.lex(source.textContent ?? "");
      this.#replace(this.#shown, tokens);
    } catch {
      // Thousands of things in each other: such a text is shown as it is written.
      this.#blocks = [];
      this.#shown.replaceChildren();
    }
    source.hidden = !!this.#blocks.length || !tokens.length;
  }

  /** Shows the tokens; the blocks before the first that differs stay. @param {HTMLElement} shown @param {Token[]} tokens */
  #replace(shown, tokens) {
    const defined = definitions(tokens);
    let same = 0;
    if (defined === this.#defined) while (tokens[same]?.raw === (this.#blocks[same]?.raw ?? null)) same++;
    for (const { nodes } of this.#blocks.splice(same)) for (const node of nodes) shown.removeChild(node);
    for (const token of tokens.slice(same)) {
      const nodes = [show(token)].flat().map((node) => (typeof node === "string" ? make("p", { class: "ts-text" }, [node]) : node));
      shown.append(...nodes);
      this.#blocks.push({ raw: token.raw, nodes });
    }
    this.#defined = defined;
  }
}

customElements.define("ts-markdown", Markdown);
