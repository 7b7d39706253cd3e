// Which addresses and styles a value may put on the page: the rules of triostate/ui/urls.py and
// triostate/ui/styles.py.
//
// Knows attribute names and text only.

const IMAGE = /^data:image\/(png|jpeg|gif|webp|avif|svg\+xml)[;,]/i;

/**
 * Whether `url` may be the value of this attribute; any value may of one that is no address.
 * Browsers drop tabs and line ends inside an address, and controls at its ends, before they
 * look for the scheme. A colon in the first segment that ends no known scheme is refused.
 * @param {string} name
 * @param {string} url
 */
export function isSafe(name, url) {
  const isSource = /^(src|poster)$/i.test(name);
  if (!isSource && !/^((xlink:)?href|(form)?action|data)$/i.test(name)) return true;
  const text = url.replace(/^[\0- ]+|[\t\n\r]/g, "");
  const [, scheme] = /^([^/?#]*?):/.exec(text) ?? [];
  if (scheme === undefined || (isSource && IMAGE.test(text))) return true;
  return (isSource ? /^https?$/i : /^(https?|mailto|tel)$/i).test(scheme);
}

/**
 * Whether a style loads nothing and stays in its place. What it would load could be an address of
 * this app, which the content security policy lets pass.
 * @param {string} text
 */
// eslint-disable-next-line no-control-regex -- none belongs into a style
export const isSafeStyle = (text) => !/[;{}<>@\\\0-\x1f\x7f]|\/\*|\b(url|src|image|image-set|element|expression|paint)\s*\(/i.test(text);
