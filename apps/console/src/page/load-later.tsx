import { Await } from "@rainhooks/page/layout.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import type { ComponentChildren } from "preact";

type Pages = typeof import("./later.ts");

let loaded: Pages | undefined;

/** How often it is tried again to load code: without a network, it could not be. */
const AGAIN_MS = 3000;

async function load(): Promise<Pages> {
  try {
    loaded = await import("./later.ts");
    return loaded;
  } catch (cause) {
    throw new Error(NOT_LOADED, { cause });
  }
}

const NOT_LOADED =
  "This part of the console could not be loaded. It is tried again. If the console was updated, load the page again.";

interface Props {
  /** How many lines stand in its place. With none, nothing is said about a failure, either. */
  readonly lines: number;
  readonly children: (pages: Pages) => ComponentChildren;
}

/** Shows what is not needed for the first look at the fleet, as soon as its code is there. */
export function Later({ lines, children }: Props) {
  const { result = loaded, failure } = useReading(
    load,
    () => (loaded === undefined ? AGAIN_MS : ONCE),
    [],
  );
  if (lines === 0 && result === undefined) return null;
  return (
    <Await of={{ result, failure }} lines={lines}>
      {children}
    </Await>
  );
}
