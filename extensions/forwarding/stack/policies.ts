import type { StackConfig } from "@rainhooks/stack/config/config";
import {
  arnMaker,
  keyFor,
  type PolicyStatement,
  statementsOf,
} from "@rainhooks/stack/policies/document";
import type { PolicyContext } from "@rainhooks/stack/stack-part";
import { parametersPrefix } from "@rainhooks/webhook/names";
import { attemptReads, destinationChanges } from "../table-use.ts";
import { DESTINATION_SECRETS } from "../worker/define.ts";
import { makesAttempts } from "./alarms.ts";

/** The worker that makes first attempts. */
const WORKER = "attempts";

/**
 * Returns the permissions to change destinations and their secrets, and to send to them through the
 * worker.
 */
export function destinationStatements(
  config: StackConfig,
  { functions }: PolicyContext,
): PolicyStatement[] {
  if (!functions.some(makesAttempts)) return [];
  const { of, queue, table } = arnMaker(config);
  const { table: destinations, actions } = destinationChanges.destinations;
  const secrets = of("ssm", `parameter${parametersPrefix(config.name, DESTINATION_SECRETS)}/*`);
  return [
    { Sid: "ChangeDestinations", Action: actions, Resource: [table(destinations.name)] },
    ...statementsOf([
      ["ChangeSecretsOfDestinations", "ssm: DeleteParameter GetParameter PutParameter", [secrets]],
      ["SendToDestinations", "sqs: SendMessage", [queue(WORKER)]],
    ]),
    readLog(config, "ReadOutcomes"),
    ...keyFor(config, "ChangeDestinations", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}

/** Returns the permissions to read the log of attempts. */
export function attemptStatements(
  config: StackConfig,
  { functions }: PolicyContext,
): PolicyStatement[] {
  if (!functions.some(makesAttempts)) return [];
  const table = arnMaker(config).table(destinationChanges.destinations.table.name);
  return [
    readLog(config, "ReadAttempts"),
    ...statementsOf([["ListDestinations", "dynamodb: GetItem Scan", [table]]]),
    ...keyFor(config, "ReadAttempts", ["kms:Decrypt"]),
  ];
}

function readLog(config: StackConfig, Sid: string): PolicyStatement {
  const { table, actions } = attemptReads.attempts;
  const arn = arnMaker(config).table(table.name);
  return {
    Sid,
    Action: actions,
    Resource: [arn, ...table.indexes.map(({ name }) => `${arn}/index/${name}`)],
  };
}
