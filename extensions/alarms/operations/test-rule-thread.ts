/* The thread of a test of a rule. */
import { reachAddress, type StageAddress } from "@rainhooks/stage/reached";
import { inThread } from "../../repair/work/one-thread.ts";
import { type RuleTest, testRule } from "./test-rule.ts";

await inThread<{ readonly address: StageAddress; readonly test: RuleTest }>(({ address, test }, options) =>
  testRule(reachAddress(address), test, options),
);
