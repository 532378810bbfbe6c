import { startChild } from "../processes/child.ts";

/** An event that arrived at a receiver. */
export interface Receipt {
  readonly id: string;
  /** When it was published, epoch milliseconds. */
  readonly sentAtMs: number;
  readonly atMs: number;
}

/** The ways in which receivers respond: at once, after 10 s, never, and with 500. */
export type Answers = "quick" | "slow" | "silent" | "broken";

/** Receivers in a process of their own; the name of each says how it responds at first. */
export interface Receivers {
  readonly urls: Readonly<Record<Answers, string>>;
  /** Returns the events that have arrived since the last call. */
  take(name: Answers): Promise<readonly Receipt[]>;
  /** Makes a receiver respond in another way. */
  change(name: Answers, answers: Answers): Promise<void>;
  stop(): Promise<void>;
}

/** Starts receivers. */
export async function startReceivers(): Promise<Receivers> {
  const { child, ready } = await startChild("receivers", {});
  const take = async (name: Answers) =>
    ((await child.ask({ name })) as { readonly receipts: readonly Receipt[] }).receipts;
  return {
    urls: ready as Receivers["urls"],
    take,
    change: async (name, answers) => void (await child.ask({ name, answers })),
    stop: child.stop,
  };
}
