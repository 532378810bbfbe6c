type Stop = () => Promise<void> | void;

/** What a test file's helpers have started. jest's environment of this workspace stops it: packages/tooling/src/jest-environment.mjs. */
const STOPS = Symbol.for("rainhooks.stopsAtEnd");

/**
 * Stops something when the tests of this file have ended, after their own hooks; for helpers that start one thing for all tests of a file.
 * Outside of jest, nothing is stopped: it must end with its process.
 */
export function atEnd(stop: Stop): void {
  const stops = Reflect.get(globalThis, STOPS) as Stop[] | undefined;
  if (stops === undefined) Reflect.set(globalThis, STOPS, [stop]);
  else stops.push(stop);
}
