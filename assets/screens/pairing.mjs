/* A screen that is not paired: asks for a code, shows it, renews it, and becomes the wall.
 *
 * Never asks for a login and needs no hand: every failure is tried again. While the server
 * cannot know whether this screen is paired (it has just started), no code is shown.
 */
const URL = "/api/v1/pairing";
const POLL_MS = 700;
const SLOW_MS = 3000;
const LONGEST_S = 60;
const WAIT_MS = 8000;
/* A code that is about to expire is not worth being read out. */
const LAST_S = 20;
const code = document.getElementById("gw-code");
const command = document.getElementById("gw-command");

function say(state) {
  for (const one of document.querySelectorAll("[data-say]")) {
    one.hidden = one.dataset.say !== state;
  }
}

function show(words) {
  if (code.dataset.code === words) return;
  code.dataset.code = words;
  code.textContent = "";
  for (const letter of words) {
    const span = document.createElement("span");
    span.className = letter === "-" ? "dash" : "letter";
    span.textContent = letter;
    code.appendChild(span);
  }
  command.textContent = words ? "gridwall wall pair " + words + " --name …" : "";
}

async function ask(method) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WAIT_MS);
  try {
    return await fetch(URL, {
      method,
      signal: stop.signal,
      cache: "no-store",
      headers: { "X-Gridwall": "1" },
    });
  } finally {
    clearTimeout(timer);
  }
}

/** One look; how long until the next. */
async function look() {
  let answer = await ask("GET");
  let pairing = answer.ok ? await answer.json() : null;
  if (pairing !== null && (pairing.state === "none" || pairing.seconds < LAST_S)) {
    answer = await ask("POST");
    pairing = answer.ok ? await answer.json() : null;
  }
  if (pairing === null) {
    const after = Number(answer.headers.get("Retry-After")) || 0;
    if (code.dataset.code === "") say("unreachable");
    return Math.max(SLOW_MS, 1000 * Math.min(after, LONGEST_S));
  }
  if (pairing.state === "paired") {
    window.location.reload();
    return SLOW_MS;
  }
  show(pairing.code);
  say("waiting");
  return POLL_MS;
}

async function loop() {
  let wait = SLOW_MS;
  try {
    wait = await look();
  } catch {
    show("");
    say("unreachable");
  }
  /* Jitter: all screens of a hall are switched on by one switch. */
  setTimeout(loop, wait * (0.8 + 0.4 * Math.random()));
}

say("asking");
loop();
