import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/names";
import { arnMaker } from "@rainhooks/stack/policies/arns";
import type { PolicyStatement } from "@rainhooks/stack/policies/document";
import { keyFor } from "@rainhooks/stack/policies/key-use";
import type { PolicyContext } from "@rainhooks/stack/stack-part";
import { parametersPrefix } from "@rainhooks/webhook/names";
import { attemptReads, destinationChanges } from "../table-use.ts";
import { DESTINATION_SECRETS } from "../worker/define.ts";

/** The worker that makes attempts. A stage without it forwards nothing. */
const WORKER = "attempts";

type Functions = PolicyContext["functions"];

/**
 * Returns the permissions to change destinations and their secrets, and to send to them through the worker.
 */
export function destinationStatements(config: StackConfig, { functions }: PolicyContext): PolicyStatement[] {
  if (!forwards(functions)) return [];
  const arns = arnMaker(config);
  const { table, actions } = destinationChanges.destinations;
  return [
    {
      Sid: "ChangeDestinations",
      Action: actions,
      Resource: [arns.of("dynamodb", `table/${nameOf(config, table.name)}`)],
    },
    {
      Sid: "ChangeSecretsOfDestinations",
      Action: ["ssm:DeleteParameter", "ssm:GetParameter", "ssm:PutParameter"],
      Resource: [arns.of("ssm", `parameter${parametersPrefix(config.name, DESTINATION_SECRETS)}/*`)],
    },
    {
      Sid: "SendToDestinations",
      Action: ["sqs:SendMessage"],
      Resource: [arns.of("sqs", nameOf(config, WORKER))],
    },
    readLog(config, "ReadOutcomes"),
    ...keyFor(config, "ChangeDestinations", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}

/** Returns the permissions to read the log of attempts. */
export function attemptStatements(config: StackConfig, { functions }: PolicyContext): PolicyStatement[] {
  if (!forwards(functions)) return [];
  const { table } = destinationChanges.destinations;
  return [
    readLog(config, "ReadAttempts"),
    {
      Sid: "ListDestinations",
      Action: ["dynamodb:GetItem", "dynamodb:Scan"],
      Resource: [arnMaker(config).of("dynamodb", `table/${nameOf(config, table.name)}`)],
    },
    ...keyFor(config, "ReadAttempts", ["kms:Decrypt"]),
  ];
}

function forwards(functions: Functions): boolean {
  return functions.some(({ name }) => name === WORKER);
}

function readLog(config: StackConfig, Sid: string): PolicyStatement {
  const { table, actions } = attemptReads.attempts;
  const arn = arnMaker(config).of("dynamodb", `table/${nameOf(config, table.name)}`);
  return {
    Sid,
    Action: actions,
    Resource: [arn, ...table.indexes.map(({ name }) => `${arn}/index/${name}`)],
  };
}
