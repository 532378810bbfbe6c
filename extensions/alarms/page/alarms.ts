import { get } from "@rainhooks/page/api";
import { type Reading, useReading } from "@rainhooks/page/live";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import { useState } from "preact/hooks";
import type { listAlarmsQuestion } from "../questions/alarms.ts";

const EVERY_MS = 10_000;

/** What can be asked of alarms. */
interface Wanted {
  readonly state?: string;
  readonly from?: string;
  readonly limit: number;
}

/** Alarms, and how to read them again at once. */
export type AlarmsReading = Reading<AnswerOf<typeof listAlarmsQuestion>> & { readonly again: () => void };

/** Reads alarms every few seconds while a component is shown. */
export function useAlarms(wanted: Wanted): AlarmsReading {
  const [reads, setReads] = useState(0);
  const reading = useReading<AnswerOf<typeof listAlarmsQuestion>>(
    (signal) => get("/v1/alarms", { ...wanted }, signal),
    () => EVERY_MS,
    [reads, wanted.state],
  );
  return { ...reading, again: () => setReads(reads + 1) };
}
