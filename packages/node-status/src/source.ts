/** The event from which something is known. */
export interface Source {
  /** When it happened, epoch milliseconds. */
  readonly atMs: number;
  /** When SNS took its message, epoch milliseconds. */
  readonly sentAtMs: number;
  readonly deliveryId: string;
}

/** Orders sources by time; the delivery id makes the order total. */
export function compareSources(a: Source, b: Source): number {
  return a.atMs - b.atMs || a.sentAtMs - b.sentAtMs || compareText(a.deliveryId, b.deliveryId);
}

/** Orders texts by their code units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A stored source; `undefined` for anything else. */
export function decodeSource(raw: unknown): (Source & Readonly<Record<string, unknown>>) | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { atMs, sentAtMs } = raw as Partial<Record<keyof Source, unknown>>;
  if (typeof atMs !== "number" || typeof sentAtMs !== "number") return undefined;
  return raw as Source & Readonly<Record<string, unknown>>;
}
