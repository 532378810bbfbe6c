import type { PolicyStatement } from "@rainhooks/stack/policies/document";

/** What only looks. Source: service authorization reference, access levels "Read" and "List". */
const READS = /^\w+:(Describe|Get|List)/;

/** A plan reads the state of the stage, which may be encrypted. */
const READS_STATE = "kms:Decrypt";

/**
 * Returns the permissions that a plan of a stage needs: those of the deployer that only look.
 *
 * @param deployer The permissions of the deployer.
 */
export function planStatements(deployer: readonly PolicyStatement[]): PolicyStatement[] {
  return deployer.flatMap((statement) => {
    const Action = statement.Action.filter((action) => READS.test(action) || action === READS_STATE);
    return Action.length === 0 ? [] : [{ ...statement, Sid: `${statement.Sid}ToPlan`, Action }];
  });
}
