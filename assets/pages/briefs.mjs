/* Briefs: a press has one made and leads to it, calls it off or sends it. The page itself asks again
 * while a brief is being made (`data-again`).
 */
import { visit } from "./shell.mjs";

async function call(method, path, body) {
  const headers = { "X-Gridwall": "1" };
  if (body) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    return { ok: answer.ok, ...(await answer.json().catch(() => ({}))) };
  } catch {
    return { ok: false };
  }
}

function say(button, words) {
  let place = button.parentElement.querySelector(":scope > .b-told");
  if (!place) {
    place = document.createElement("span");
    place.className = "b-told";
    place.setAttribute("role", "status");
    button.after(place);
  }
  place.textContent = words;
}

/** A Thursday's year is the year of its week. */
function week(day) {
  const thursday = new Date(`${day}T00:00:00Z`);
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const number = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / 604800000);
  return `${year}-W${String(number).padStart(2, "0")}`;
}

/** The period of the form: the day, or the week or month that it is in. */
function chosen(form) {
  const day = form.querySelector("input.b-day").value.trim();
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day))) return "";
  const kind = form.querySelector(".b-kinds input:checked");
  if (kind && kind.value === "week") return week(day);
  return kind && kind.value === "month" ? day.slice(0, 7) : day;
}

async function make(button) {
  const data = button.dataset;
  const at = data.briefMake || chosen(button.closest(".b-form"));
  if (!at) return say(button, data.briefWrong);
  const made = await call("POST", "/api/v1/briefs", { at, area: data.briefArea });
  if (!made.ok) return say(button, data.briefWrong);
  return visit(data.briefGo.replace("/briefs/-", `/briefs/${made.id}`));
}

async function cancel(button) {
  const done = await call("DELETE", `/api/v1/briefs/${button.dataset.briefCancel}`);
  if (!done.ok) say(button, button.dataset.briefWrong);
}

async function send(button) {
  const done = await call("POST", `/api/v1/briefs/${button.dataset.briefSend}/send`);
  say(button, done.ok ? button.dataset.briefDone : button.dataset.briefWrong);
}

const acts = [
  ["data-brief-make", make],
  ["data-brief-cancel", cancel],
  ["data-brief-send", send],
];

document.addEventListener("click", async (event) => {
  for (const [name, act] of acts) {
    const button = event.target.closest(`[${name}]`);
    if (!button || button.disabled) continue;
    button.disabled = true;
    await act(button);
    button.disabled = false;
  }
});
