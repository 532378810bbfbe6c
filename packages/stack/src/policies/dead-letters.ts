import { triggeredBy } from "@rainhooks/webhook/define-function";
import { deadLetterQueueName } from "@rainhooks/webhook/names";
import type { StackConfig } from "../config/config.ts";
import type { PolicyContext } from "../stack-part.ts";
import { arnMaker, keyFor, type PolicyStatement, statementsOf } from "./document.ts";

/** What looks at dead letters, and sends them to where they come from. */
export function deadLetterStatements(
  config: StackConfig,
  { functions }: PolicyContext,
): PolicyStatement[] {
  const { queue } = arnMaker(config);
  const owners = triggeredBy(functions, "topics", "queue").map(({ name }) => name);
  const deadLetters = owners.map((name) => queue(deadLetterQueueName(name)));
  return [
    ...statementsOf([
      [
        "ShowDeadLetters",
        "sqs: ChangeMessageVisibility GetQueueAttributes ReceiveMessage",
        deadLetters,
      ],
      ["TakeDeadLetters", "sqs: DeleteMessage", deadLetters],
      ["Redrive", "sqs: SendMessage", owners.map(queue)],
      ["CountWaiting", "sqs: GetQueueAttributes", owners.map(queue)],
    ]),
    ...keyFor(config, "Redrive", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}
