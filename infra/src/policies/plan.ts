import type { PolicyStatement } from "./document.ts";

/** What only looks. Source: service authorization reference, access levels "Read" and "List". */
const READS = /^\w+:(Describe|Get|List)/;

/** Calls that return what is secret, or let somebody use it: a plan does not need them, or needs them for its state. */
const KEPT = ["kms:Decrypt", "s3:GetObject"];

/**
 * Returns the permissions that a plan of a stage needs: those of the deployer that only look.
 *
 * @param deployer The permissions of the deployer.
 */
export function planStatements(deployer: readonly PolicyStatement[]): PolicyStatement[] {
  return deployer.flatMap((statement) => {
    const Action = statement.Action.filter((action) => READS.test(action) || KEPT.includes(action));
    return Action.length === 0 ? [] : [{ ...statement, Sid: `${statement.Sid}ToPlan`, Action }];
  });
}
