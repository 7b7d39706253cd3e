// Server-sent events, from text in pieces to whole messages (WHATWG HTML 9.2.6).
//
// Knows nothing of the network or of frames. Comments and fields other than event and data
// are passed over. An event without a name is reported with an empty one.

/**
 * @param {(event: string, data: string) => void} report one call a message
 * @returns {(chunk: string) => void} takes the text as it comes, cut anywhere
 */
export function sseParser(report) {
  let rest = "";
  let event = "";
  /** @type {string[]} */
  let data = [];

  /** @param {string} line */
  function take(line) {
    if (!line) {
      if (data.length) report(event, data.join("\n"));
      event = "";
      data = [];
      return;
    }
    const [, field, value = ""] = /** @type {RegExpExecArray} */ (/^([^:]*)(?:: ?(.*))?$/s.exec(line));
    if (field === "data") data.push(value);
    else if (field === "event") event = value;
  }

  return (chunk) => {
    const held = rest.endsWith("\r"); // the first half of a CRLF, maybe
    rest += chunk;
    if (!held && !/[\r\n]/.test(chunk)) return;
    const lines = rest.split(/\r\n|\n|\r(?=[^])/);
    rest = /** @type {string} */ (lines.pop());
    lines.forEach(take);
  };
}
