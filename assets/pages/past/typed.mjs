/* A time that a user types, read in the city's zone: "2018-01-03 18:00", "18:00" of the day shown,
 * "yesterday 18:00" of the day before today. Both languages are read, whatever the page speaks: the
 * escapes are the Chinese for year, month, day, a full-width colon, today and yesterday. Pure.
 */

const DAY = /^(\d{4})[-/.\u5e74](\d{1,2})[-/.\u6708](\d{1,2})\u65e5?$/;
const CLOCK = /^(\d{1,2})[:\uff1a](\d{2})(?:[:\uff1a](\d{2}))?$/;
const WORDS = { today: 0, "\u4eca\u5929": 0, yesterday: 1, "\u6628\u5929": 1 };
const two = (n) => String(n).padStart(2, "0");

/** {day: "2018-01-03", clock: "18:00:00"}; null for what can't be read. `back(n)`: n days before today. */
export function typed(text, shown, back) {
  const apart = text.replace(/(\u4eca\u5929|\u6628\u5929|\u65e5)/, "$1 ").replace(/(\d)T(\d)/i, "$1 $2");
  const words = apart.split(/\s+/).filter(Boolean);
  if (words.length === 0 || words.length > 2) return null;
  const clock = CLOCK.exec(words.at(-1));
  if (clock === null) return null;
  const [hour, minute, second] = [clock[1], clock[2], clock[3] || 0].map(Number);
  if (hour > 23 || minute > 59 || second > 59) return null;
  const day = words.length === 1 ? shown : dayOf(words[0], back);
  return day && { day, clock: [hour, minute, second].map(two).join(":") };
}

function dayOf(word, back) {
  const ago = WORDS[word.toLowerCase()];
  if (ago !== undefined) return back(ago);
  const found = DAY.exec(word);
  if (found === null) return null;
  const day = `${found[1]}-${two(found[2])}-${two(found[3])}`;
  /* 31 April is no day */
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isFinite(date.getTime()) && date.toISOString().startsWith(day) ? day : null;
}
