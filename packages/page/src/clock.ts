import { Signal } from "./signal.ts";

const EVERY_MS = 5000;
/**
 * A difference of clocks that is noticed: less is the way of a response, whose time is a whole
 * second.
 */
const NOTICED_MS = 3000;

let aheadMs = 0;

/** Returns the time by the responses of the console: the clock of a browser may be wrong. */
export function currentMs(): number {
  return Date.now() + aheadMs;
}

/** The current time, a few seconds old at most. */
export const nowMs = new Signal(currentMs());
setInterval(() => {
  if (!document.hidden) nowMs.value = currentMs();
}, EVERY_MS);

/** Sets the clock by the time of a response. */
export function setClock(date: string | null): void {
  const foundMs = Date.parse(date ?? "") - Date.now();
  if (Number.isNaN(foundMs) || Math.abs(foundMs - aheadMs) < NOTICED_MS) return;
  aheadMs = foundMs;
  nowMs.value = currentMs();
}
