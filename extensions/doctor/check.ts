import { isNativeError } from "node:util/types";
import { failureOf } from "@rainhooks/stage/aws-failure";
import type { Visit } from "./visit.ts";

/** What a permission is about. */
export type NeedsPlace = CallPlace | TablePlace | "archive" | "archive-objects" | "ask-all";
type CallPlace = "topics" | "alarm-topics" | "queues" | "dead-letters" | "functions" | "alarms";
type TablePlace =
  | "tables"
  | "stores"
  | "filter-rules"
  | "erasures"
  | "replays"
  | "rounds"
  | "slots";

/** Actions of IAM that something calls, by what they are about. */
type Needs = Readonly<Partial<Record<NeedsPlace, readonly string[]>>>;

/** What a check says of one thing. */
export interface Finding {
  /** A `note` is for people to judge: whether it is meant, the stage does not say. */
  readonly outcome: "ok" | "wrong" | "note" | "not-checked";
  /** What was seen; why something is wrong, or was not checked. */
  readonly text: string;
  /** Of what is wrong, or may be. */
  readonly toDo?: string;
}

/** Looks at one side of a stage, and changes nothing of it for good. */
export interface Check {
  readonly name: string;
  /** The page of the documentation, and its section, about what it finds. */
  readonly page: string;
  /** What the policy of the caller must allow. */
  readonly needs: Needs;
  /** Why there is nothing to look at on a stage of this machine. */
  readonly notLocal?: string;
  readonly run: (visit: Visit) => Promise<readonly Finding[]>;
}

/** What a check has found. */
export type CheckReport = Awaited<ReturnType<typeof runCheck>>;

export const ok = (text: string): Finding => ({ outcome: "ok", text });
export const wrong = (text: string, toDo: string): Finding => ({ outcome: "wrong", text, toDo });
export const note = (text: string, toDo: string): Finding => ({ outcome: "note", text, toDo });
export const notChecked = (text: string): Finding => ({ outcome: "not-checked", text });

const DENIED = /^(?:AccessDenied|AuthorizationError|UnauthorizedOperation)/;

/** Whether AWS has refused a call because the caller's policy does not allow it. */
export function isDenied(thrown: unknown): boolean {
  for (let error = thrown; isNativeError(error); error = error.cause)
    if (DENIED.test(error.name)) return true;
  return false;
}

/** Runs a check. What it cannot look at is not checked, and it says why. */
export async function runCheck(check: Check, visit: Visit) {
  const { name, page, needs, notLocal } = check;
  if (visit.stage.local !== undefined && notLocal !== undefined)
    return { name, page, findings: [notChecked(notLocal)] };
  try {
    return { name, page, findings: await check.run(visit) };
  } catch (thrown) {
    visit.signal?.throwIfAborted();
    const lacking = `the policy of the caller lacks some of ${Object.values(needs).flat().join(", ")}`;
    return {
      name,
      page,
      findings: [notChecked(isDenied(thrown) ? lacking : failureOf(thrown).message)],
    };
  }
}
