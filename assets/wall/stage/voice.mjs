/* Says a sentence, where the browser has a voice for the language; one at a time. */

import { onStart } from "../registry.mjs";

/* Some voices never say that they have ended. */
const LONGEST_MS = 15000;

export const voice = { speaking: false };
const speech = window.speechSynthesis;

/** The voice for a locale such as zh-CN: the very one, else one of the language; or null. */
voice.of = function (locale) {
  if (!speech) return null;
  const plain = (one) => one.lang.replace("_", "-").toLowerCase();
  const wanted = locale.toLowerCase();
  const short = wanted.split("-")[0];
  const all = speech.getVoices();
  return (
    all.find((one) => plain(one) === wanted) ||
    all.find((one) => plain(one).split("-")[0] === short) ||
    null
  );
};

/** Say it; resolves when it is said, at once where nobody can or somebody speaks already. */
voice.say = function (words, locale, volume) {
  const found = voice.of(locale);
  if (found === null || voice.speaking || speech.speaking) return Promise.resolve(false);
  const saying = new SpeechSynthesisUtterance(words);
  saying.voice = found;
  saying.lang = found.lang;
  saying.volume = volume;
  voice.speaking = true;
  return new Promise((resolve) => {
    const over = (said) => () => {
      clearTimeout(late);
      voice.speaking = false;
      resolve(said);
    };
    const late = setTimeout(() => {
      speech.cancel();
      over(false)();
    }, LONGEST_MS);
    saying.onend = over(true);
    saying.onerror = over(false);
    speech.speak(saying);
  });
};

voice.stop = function () {
  if (speech) speech.cancel();
};

/* Voices are loaded when they are first asked for. */
onStart(() => speech && speech.getVoices());
