import { ONCE, type Reading, useReading } from "@rainhooks/page/live";

type Later = typeof import("./later.ts");

let later: Later | undefined;

/** How often it is tried again to load code: without a network, it could not be. */
const AGAIN_MS = 3000;

async function load(): Promise<Later> {
  try {
    later = await import("./later.ts");
    return later;
  } catch (cause) {
    throw new Error(NOT_LOADED, { cause });
  }
}

const NOT_LOADED =
  "This part of the console could not be loaded. It is tried again. If the console was updated, load the page again.";

/** Loads what is not needed for the first look at the fleet. */
export function useLater(): Reading<Later> {
  const { found = later, failure } = useReading(load, () => (later === undefined ? AGAIN_MS : ONCE()), []);
  return { found, failure };
}
