import { attemptReads, destinationChanges } from "@rainhooks/extensions/forwarding/table-use";
import { DESTINATION_SECRETS } from "@rainhooks/extensions/forwarding/worker/define";
import { parametersPrefix } from "@rainhooks/webhook/names";
import type { StageConfig } from "../config/config.ts";
import { nameOf } from "../names.ts";
import type { StageContents } from "../stack.ts";
import { arnMaker } from "./arns.ts";
import type { PolicyStatement } from "./document.ts";
import { keyFor } from "./key-use.ts";

/** The worker that makes attempts. A stage without it forwards nothing. */
const WORKER = "attempts";

type Functions = StageContents["functions"];

/**
 * Returns the permissions to change destinations and their secrets, and to send to them through the worker.
 */
export function destinationStatements(config: StageConfig, functions: Functions): PolicyStatement[] {
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
export function attemptStatements(config: StageConfig, functions: Functions): PolicyStatement[] {
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

function readLog(config: StageConfig, Sid: string): PolicyStatement {
  const { table, actions } = attemptReads.attempts;
  const arn = arnMaker(config).of("dynamodb", `table/${nameOf(config, table.name)}`);
  return {
    Sid,
    Action: actions,
    Resource: [arn, ...table.indexes.map(({ name }) => `${arn}/index/${name}`)],
  };
}
