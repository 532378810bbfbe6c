import { expect, test } from "@jest/globals";
import { operatorStatements } from "@rainhooks/infra/policies/operator";
import { isAllowed } from "@rainhooks/infra/testing/is-allowed";
import { production } from "@rainhooks/infra/testing/stages";
import { WITH_WORKER } from "@rainhooks/infra/testing/workers";

test.each([
  ["sqs:ReceiveMessage", "prod-calls-dead-letters", true],
  ["sqs:DeleteMessage", "prod-calls-dead-letters", true],
  ["sqs:SendMessage", "prod-calls", true],
  ["sqs:ReceiveMessage", "prod-archive-dead-letters", true],
  ["sqs:DeleteMessage", "prod-archive-dead-letters", true],
  ["sqs:SendMessage", "prod-archive", true],
  ["sqs:ReceiveMessage", "prod-calls", false],
  ["sqs:SendMessage", "prod-calls-dead-letters", false],
])("an operator with dead letters: %s on %s: %s", async (action, name, expected) => {
  const statements = operatorStatements(production, WITH_WORKER, ["dead-letters"]);
  expect(
    await isAllowed(statements, action, `arn:aws:sqs:us-east-1:123456789012:rainhooks-${name}`),
  ).toBe(expected);
});
