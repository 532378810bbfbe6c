import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { SECOND_MS } from "@rainhooks/core/durations";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { attemptKey } from "../../forwarding/attempts/attempt-item.ts";
import { forwardingOf } from "../../forwarding/operations/forwarding-of.ts";
import { testDestination } from "../../forwarding/operations/send-attempt.ts";
import { type Check, notChecked, ok, wrong } from "../check.ts";

const WAIT_MS = 30 * SECOND_MS;

/** A test comes to the destination that was named, and to no other one. */
export const destination: Check = {
  name: "destination",
  page: "forward.md",
  needs: { attempts: ["dynamodb:DeleteItem"] },
  run: async ({ stage, request: { destination: id, lookOnly } }) => {
    if (id === undefined || lookOnly) return [notChecked("name one with --destination")];
    const changes = { node: TRIAL_NODE, data: {} };
    const { attempt } = await testDestination(stage, id, { changes, waitMs: WAIT_MS });
    const { client, tableName: TableName } = forwardingOf(stage).log;
    await client.send(new DeleteItemCommand({ TableName, Key: attemptKey(attempt) }));
    const { outcome, status, error = outcome, durationMs } = attempt;
    if (outcome === "delivered")
      return [ok(`${id} took a test in ${durationMs} ms; its attempt is taken out of the log again`)];
    const response = status === undefined ? "did not respond" : `responded with ${status}`;
    return [wrong(`${id} ${response}: ${error}`, "Look at the receiver (docs/a-receiver-was-down.md).")];
  },
};
