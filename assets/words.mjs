/* Fills a message of the catalogue, in the plural form of its number, as
 * dashboard/config/words/plurals.py does on the server: numbers are grouped by thousands.
 */

const rules = new Map();

function category(locale, n) {
  if (!rules.has(locale)) rules.set(locale, new Intl.PluralRules(locale));
  return rules.get(locale).select(Math.abs(n));
}

/** A whole number; both languages group by thousands with a comma. */
export const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * The message `key` of `words` with its {blanks} filled from `values`. Where its form depends on a
 * number, that one is given as a number. Null for a message that is not there.
 */
export function say(words, locale, key, values) {
  const given = values || {};
  const by = words[key + "#by"];
  let found = by && words[key + "#" + category(locale, given[by])];
  if (found === undefined) found = words[key];
  if (found === undefined) return null;
  return found.replace(/\{(\w+)\}/g, (blank, name) => {
    const value = values ? values[name] ?? "" : blank;
    return Number.isInteger(value) ? grouped(value) : String(value);
  });
}
