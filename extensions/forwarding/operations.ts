import type { Operation } from "@rainhooks/stage/operations/operation";
import { applyDestinations } from "./operations/apply/apply.ts";
import { pause } from "./operations/pause.ts";
import { recover } from "./operations/recover-destination.ts";
import { remove } from "./operations/remove.ts";
import { resume } from "./operations/resume.ts";
import { rotateSecret } from "./operations/rotate-secret.ts";
import { addDestination, setDestination } from "./operations/set-destination.ts";

/** What can be done about destinations. */
export const OPERATIONS: readonly Operation[] = [
  ...[addDestination, setDestination, applyDestinations],
  ...[pause, resume, recover, rotateSecret, remove],
];
