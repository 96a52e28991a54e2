/* The page's catalogue: words, names of codes, and numbers as the language writes them. */

import { say } from "../words.mjs";

/** What is written in place of a value that is not known. */
export const DASH = "–";

/** What the page came with; null until then. */
export let names = null;

export function setNames(given) {
  names = given;
}

/** A word of the catalogue with its {blanks} filled, in the form of its number. */
export const text = (key, values) => say(names.text, names.locale, key, values) ?? key;

/** The name of a code; a code without a name is shown as it is. */
export const nameOf = (kind, code) => (code ? names[kind][code] || unlisted(code) : DASH);

const UNKNOWN = "unknown-";

/** A code that the city does not list: of all that it does not know of a source, or of all others. */
export function unlisted(code) {
  if (!code.startsWith(UNKNOWN)) return code;
  const source = code.slice(UNKNOWN.length);
  return source === "" ? text("code.others") : text("code.unknown", { source });
}

/* Made once each: a formatter costs a hundred times what formatting does. */
const shapes = new Map();

function shape(digits, style) {
  const key = digits + style;
  if (!shapes.has(key)) {
    const all = { minimumFractionDigits: digits, maximumFractionDigits: digits, style };
    shapes.set(key, new Intl.NumberFormat(names.locale, all));
  }
  return shapes.get(key);
}

const known = (n) => n !== null && n !== undefined;

/** A whole number, one with decimals, a share of 1: as the language writes them. */
export const count = (n) => (known(n) ? shape(0, "decimal").format(n) : DASH);
export const decimals = (n, digits = 1) => (known(n) ? shape(digits, "decimal").format(n) : DASH);
export const percent = (share, digits = 1) =>
  known(share) ? shape(digits, "percent").format(share) : DASH;

export const signed = (n, words) => (n > 0 ? "+" : n < 0 ? "−" : "") + words;
