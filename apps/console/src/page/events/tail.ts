import { hrefOf } from "@rainhooks/page/address";
import { send } from "@rainhooks/page/api";
import type { DeliveryRow } from "@rainhooks/stage/routes/deliveries";

/** A line of the live tail. */
export type TailLine =
  | { readonly kind: "delivery"; readonly delivery: DeliveryRow }
  | { readonly kind: "live" | "alive" }
  | { readonly kind: "left-out"; readonly count: number };

/** What people look for in deliveries. */
export interface TailFilter {
  readonly type?: string | undefined;
  readonly node?: string | undefined;
  readonly text?: string | undefined;
}

/** Reads the deliveries that pass on the stage and a filter, until it stops or `signal` aborts. */
export async function followTail(
  { type, node, text }: TailFilter,
  onLine: (line: TailLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const { body } = await send(hrefOf("/console/live", { type, node, text }), { signal });
  if (body === null) return;
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const lines = (rest + next.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(JSON.parse(line) as TailLine);
  }
}
