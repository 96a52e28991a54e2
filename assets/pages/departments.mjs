/* Sliders of weights: a move is another address; only what differs from the weights in force is sent
 * in it. The server scores again.
 */
import { address } from "./shell.mjs";

export function weigh(values, ask, usual, now) {
  const none = window.dash_clientside.no_update;
  const inputs = window.dash_clientside.callback_context.inputs_list[0] || [];
  const query = { ...ask.query };
  const shares = ["total", "outcome"]; // made to add up: one that moves moves its group
  const far = (one, base) => Math.abs(one.value - base[one.id.field]) >= 0.01;
  const moved = new Set(inputs.filter((one) => far(one, now)).map((one) => one.id.group));
  if (!moved.size) return none;
  for (const group of moved) {
    const own = inputs.filter((one) => one.id.group === group);
    const whole = shares.includes(group) && own.some((one) => far(one, usual));
    for (const one of own) {
      if (whole || far(one, usual)) query[one.id.field] = String(Math.round(one.value * 100) / 100);
      else delete query[one.id.field];
    }
  }
  delete query.page;
  return address(ask.path, query);
}
