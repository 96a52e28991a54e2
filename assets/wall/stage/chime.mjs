/* Two soft tones, a falling third, made by the browser: no file. */

/* hertz, when it begins and how long it sounds (s) */
const TONES = [
  [880, 0, 0.55],
  [698.46, 0.32, 0.9],
];
const PEAK = 0.5;
const RISE_S = 0.015;
/* An output that never says it has ended must not hold up what comes after. */
const SPARE_MS = 500;

export const chime = {};
let context = null;

/** Call it once sound is allowed. */
chime.open = function () {
  if (context === null) context = new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
  return context;
};

chime.state = () => (context === null ? "none" : context.state);

/** Play it once; resolves when it has sounded. */
chime.play = function (volume) {
  const audio = chime.open();
  const start = audio.currentTime + 0.05;
  let longest = 0;
  for (const [hertz, after, length] of TONES) {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    const from = start + after;
    tone.type = "sine";
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0.0001, from);
    gain.gain.exponentialRampToValueAtTime(Math.max(0.0002, PEAK * volume), from + RISE_S);
    gain.gain.exponentialRampToValueAtTime(0.0001, from + length);
    tone.connect(gain).connect(audio.destination);
    tone.start(from);
    tone.stop(from + length);
    longest = Math.max(longest, after + length);
  }
  return new Promise((resolve) => setTimeout(resolve, 1000 * longest + SPARE_MS));
};
