/* The thread of a verification that a process with other things to do has started. */
import { reachAddress } from "@rainhooks/stage/reached";
import { inThread } from "../work/one-thread.ts";
import { type VerifyThread, verifyTables } from "./verify-tables.ts";

await inThread<VerifyThread>(({ address, question, ...place }, options) =>
  verifyTables({ ...place, reached: reachAddress(address) }, question, options),
);
