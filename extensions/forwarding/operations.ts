import type { Operation } from "@rainhooks/stage/operations/operation";
import { applyDestinations } from "./operations/apply/apply.ts";
import { pause } from "./operations/pause.ts";
import { recover } from "./operations/recover-destination.ts";
import { remove } from "./operations/remove.ts";
import { resume } from "./operations/resume.ts";
import { retry } from "./operations/retry.ts";
import { rotateSecret } from "./operations/rotate-secret.ts";
import { addDestination, setDestination } from "./operations/set-destination.ts";
import { show } from "./operations/show.ts";
import { test } from "./operations/test.ts";
import { tryFilters } from "./operations/try.ts";

/** What can be done about destinations and attempts. */
export const OPERATIONS: readonly Operation[] = [
  ...[show, tryFilters, test, addDestination, setDestination, applyDestinations],
  ...[pause, resume, recover, rotateSecret, remove, retry],
];
