/* The offset of a local time that occurs twice: where the clocks go back, an hour is read twice. */

const HOURS = [3_600_000, 1_800_000, 7_200_000];
const shapes = new Map();

/** The zone's offset at a moment, in ms; 0 where the browser does not know. */
function offset(ms, zone) {
  if (!shapes.has(zone)) {
    const options = { timeZone: zone, timeZoneName: "longOffset" };
    shapes.set(zone, new Intl.DateTimeFormat("en-GB", options));
  }
  const part = shapes.get(zone).formatToParts(ms).find((p) => p.type === "timeZoneName");
  const found = /([+-])(\d\d):(\d\d)/.exec(part ? part.value : "");
  if (found === null) return 0;
  const size = (Number(found[2]) * 60 + Number(found[3])) * 60_000;
  return found[1] === "-" ? -size : size;
}

const known = new Map();

/** " −07:00" for a time that the city's clocks show twice, "" for any other. */
export function twice(ms, zone) {
  // offsets change on quarter hours only, so a quarter hour has one answer
  const key = zone + Math.floor(ms / 900_000);
  if (!known.has(key)) {
    if (known.size > 5000) known.clear();
    const here = offset(ms, zone);
    const again = HOURS.some(
      (step) =>
        offset(ms + step, zone) - here === -step || offset(ms - step, zone) - here === step,
    );
    const minutes = Math.abs(here) / 60_000;
    const two = (n) => String(n).padStart(2, "0");
    const words = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    known.set(key, again ? ` ${here < 0 ? "−" : "+"}${words}` : "");
  }
  return known.get(key);
}
