/* What is done to an event: each press is one action with a name of its own, sent again under that
 * name if the answer was lost, so that it happens once. What can be taken back is remembered here.
 */
(function () {
  "use strict";

  const queue = (window.gwQueue = window.gwQueue || {});
  const RETRIES = [600, 2500];
  /* one press each: the actions that take it back */
  const undos = [];
  const busy = new Set();
  queue.undoable = () => undos.length > 0;

  /* crypto.randomUUID is only there with https */
  function name() {
    const bytes = window.crypto.getRandomValues(new Uint8Array(12));
    return "desk-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  let quiet = 0;
  let standing = "";
  queue.said = (words, more) => {
    const place = queue.setup && queue.element("said");
    if (!place) return;
    window.clearTimeout(quiet);
    const told = words || standing;
    place.replaceChildren(...(told ? [queue.make("span", "", told), more].filter(Boolean) : []));
    place.classList.toggle("shown", Boolean(told));
    place.classList.toggle("standing", !words);
    if (words) quiet = window.setTimeout(() => queue.said(""), 12000);
  };

  /* what holds for long gives way to the answer to a press, and comes back after it */
  queue.standing = (words) => {
    standing = words;
    const place = queue.element("said");
    if (!place.classList.contains("shown") || place.classList.contains("standing")) queue.said("");
  };

  async function send(id, body) {
    const path = `/api/v1/events/${encodeURIComponent(id)}/act?lang=${queue.setup.lang}`;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await fetch(path, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-Gridwall": "1" },
          body: JSON.stringify(body),
        });
        if (answer.status === 503 && attempt < RETRIES.length) throw new Error("away");
        return { status: answer.status, ...(await answer.json().catch(() => ({}))) };
      } catch {
        if (attempt >= RETRIES.length) return { status: 0 };
        await new Promise((done) => window.setTimeout(done, RETRIES[attempt]));
      }
    }
  }

  /** One action; the answer with `done`, and `words` that say what became of it. Null: still busy. */
  queue.attempt = async (row, kind, more = {}) => {
    if (busy.has(row.id)) return null;
    busy.add(row.id);
    const answer = await send(row.id, { action_id: name(), kind, seen: row.seen, ...more });
    busy.delete(row.id);
    if (answer.row) queue.put(answer.row);
    answer.done = answer.status === 202 || (answer.status === 200 && answer.result !== "refused");
    answer.words = told(row, kind, answer, more);
    return answer;
  };

  /** What can be taken back together. */
  queue.remember = (items) => {
    if (items.length) undos.push(items);
  };

  /** Do it to one row; a field that is wrong is told to `wrong`. */
  queue.do = async (row, kind, more = {}, { wrong = null, undoing = false } = {}) => {
    queue.said(queue.word("review.queue.sending"));
    const answer = await queue.attempt(row, kind, more);
    if (!answer) return false;
    if (answer.status === 409) return queue.conflict(row, kind, more, answer);
    if (answer.status === 422 && answer.field && wrong) {
      wrong(answer.detail);
      queue.said("");
      return false;
    }
    const undo = answer.done && answer.undo && !undoing;
    if (undo) queue.remember([{ row, undo: answer.undo }]);
    queue.said(answer.words, undo ? undoButton() : null);
    queue.chosen();
    if (answer.done) queue.look();
    return answer.done;
  };

  function told(row, kind, answer, more) {
    if (answer.status === 202) return queue.word("review.queue.waiting");
    if (answer.status === 409) return queue.word("review.queue.no_conflict", { who: queue.since(answer.since) });
    if (answer.status !== 200 || answer.result === "refused") return refusal(row, kind, answer);
    if (answer.result === "forwarded") return queue.word("review.queue.forwarded");
    if (answer.result === "waiting") return queue.word("review.queue.waiting");
    const of = { what: row.what, id: row.id, to: queue.owner(more.to || "") };
    const others = answer.since || [];
    const also = others.length ? " " + queue.word("review.queue.also", { who: queue.since(others) }) : "";
    return queue.word("review.queue.done_" + kind, of) + also;
  }

  function refusal(row, kind, answer) {
    const status = queue.word("status." + ((answer.row || row).status || ""));
    const values = { kind: queue.word("review.queue.act_" + kind), status };
    if (answer.result === "refused") return queue.word("review.queue.no_lifecycle", values);
    if (answer.code) return queue.word("review.queue.no_" + answer.code, values);
    const codes = { 0: "lost", 401: "unknown", 403: "right", 404: "gone", 503: "lost" };
    return queue.word("review.queue.no_" + (codes[answer.status] || "other"), values);
  }

  /** What others did, in words: when, who, what. */
  queue.since = (items) => {
    const said = (one) => {
      const to = one.to ? queue.owner(one.to) : "";
      return queue.word("review.queue.since", {
        at: queue.time(one.at, "clock"),
        who: queue.unit(one.actor),
        what: queue.word("kind." + one.kind) + (to ? " → " + to : ""),
      });
    };
    return items.map(said).join(queue.word("list.phrases"));
  };

  function undoButton() {
    const button = queue.make("button", "q-undo", queue.word("review.queue.act_undo") + " (Z)");
    button.type = "button";
    button.addEventListener("click", queue.undo);
    return button;
  }

  /** Take the last press back, all that it did. */
  queue.undo = async () => {
    const last = undos.pop();
    if (!last) return queue.said(queue.word("review.queue.no_undo"));
    const items = last.map(({ row, undo }) => ({
      row: queue.held(row.id) || { ...row, seen: 0 },
      kind: undo.kind,
      more: undo.to ? { to: undo.to } : {},
    }));
    if (items.length > 1) await queue.several(items, { undoing: true });
    else await queue.do(items[0].row, items[0].kind, items[0].more, { undoing: true });
    queue.chosen();
  };

  /** The row of an event as it is now, if the browser holds it. */
  queue.held = (id) => {
    const node = queue.api && queue.api.getRowNode(id);
    return node && node.data;
  };

  queue.act = (what) => {
    if (what === "undo") return queue.undo();
    if (what === "clear") return queue.unpick();
    const row = queue.row();
    const many = queue.picked().length > 0;
    if (!row && (!many || what === "open")) return queue.said(queue.word("review.queue.choose"));
    if (what === "open") return queue.open(row.id);
    if (!queue.setup.acts) return queue.said(queue.word("review.queue.no_right"));
    if (what === "hand_over") return queue.ask("hand");
    if (what === "comment") return queue.ask("comment");
    return many ? queue.confirm(what) : queue.do(row, what);
  };
})();
