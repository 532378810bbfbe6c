import type { Operation } from "@rainhooks/stage/operations/operation";
import { apply } from "./operations/apply/apply.ts";
import { body, retry, test } from "./operations/attempts.ts";
import { pause, recover, resume } from "./operations/resume.ts";
import { add, remove, rotate, set } from "./operations/set-destination.ts";
import { list, show } from "./operations/show.ts";
import { tryFilters } from "./operations/try.ts";

/** What can be done about destinations and attempts. */
export const OPERATIONS: readonly Operation[] = [
  list,
  show,
  tryFilters,
  test,
  add,
  set,
  apply,
  pause,
  resume,
  recover,
  rotate,
  remove,
  body,
  retry,
];
