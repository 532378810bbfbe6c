import { type ErrorCode, inputError, RainhooksError } from "@rainhooks/core/errors";
import { findWebhook } from "@rainhooks/stage/functions";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { flag, optionalText, requiredText, secret } from "@rainhooks/stage/query/params/kinds";
import { OUTCOME_TEXTS, resultOf } from "../views/redrive-text.ts";
import { awaitedOutcomes, LETTERS, waitField } from "./letters.ts";

/** More than SQS takes. */
const MAX_BODY = 2_000_000;

/** Errors of a message that cannot be decoded. */
const UNDECODABLE: ReadonlySet<ErrorCode> = new Set(["body-not-json", "envelope-invalid", "data-invalid"]);

const bodyField = optionalText({
  description: "The repaired message; - is standard input (default: opens EDITOR).",
  ...{ placeholder: "path", maxLength: MAX_BODY },
});

const HELP = `
Examples:
  rainhooks dlq repair node-status --id 47f807ce                   opens the message in EDITOR
  rainhooks dlq repair node-status --id 47f807ce --print > message.json
  rainhooks dlq repair node-status --id 47f807ce --file message.json`;

const HEADER = ["deliveryId", "repairs", "isArchived", "outcome", "errorCode", "reason"] as const;

/** Sends the message of a dead letter again with another body, and deletes the letter. */
export const repair = defineOperation({
  name: "repair",
  summary: "Send the message of a dead letter again with another body, and delete the letter",
  request: {
    webhook: { ...LETTERS.webhook, description: "Name of the webhook." },
    id: requiredText({
      description: "Delivery or message id of the dead letter (or its start).",
      ...{ placeholder: "id", maxLength: 300 },
    }),
    body: secret({ ...bodyField, option: "file", isFile: true }),
    force: flag({ description: "Send it even if the webhook cannot decode it, or would ignore it." }),
    wait: waitField,
  },
  permission: "operate",
  changes: "something",
  command: {
    ...{ words: "dlq repair", args: ["webhook"], help: HELP },
    dryRun: ["--print", "print the message, and change nothing"],
  },
  title: ({ webhook }) => `Repair a dead letter of ${webhook}`,
  plan: async (stage, { webhook, id }) =>
    (await import("../dead-letters/repair.ts")).findDeadLetter(stage, webhook, id),
  run: async (stage, { webhook, body: given, force: isForced, wait }, context) => {
    const { repairDeadLetter } = await import("../dead-letters/repair.ts");
    const letter = await context.plan();
    const events = findWebhook(context.functions, webhook)?.events;
    const send = (text: string) => {
      // Editors end the last line.
      const body = letter.body.endsWith("\n") ? text : text.replace(/\r?\n$/, "");
      const { deliveryId } = letter;
      return repairDeadLetter(stage, { webhook, deliveryId, body, events, isForced }).catch(offerForce);
    };
    if (given === undefined && context.caller.door !== "terminal")
      throw inputError({ field: "body", problem: "is missing." });
    const { withEdited } = await import("@rainhooks/stage/commands/edit-text");
    const repaired = await (given === undefined ? withEdited(letter.body, EDITED, send) : send(given));
    const [result] = await awaitedOutcomes(
      stage,
      { webhook, sent: [repaired.sent], kept: [] },
      wait,
      context,
    );
    const { outcome, errorCode, reason } = result === undefined ? PENDING : resultOf(result);
    const { delivery, isArchived } = repaired;
    return { deliveryId: delivery.id, repairs: letter.deliveryId, isArchived, outcome, errorCode, reason };
  },
  view: {
    plan: ({ body }) => body,
    isPlanRaw: true,
    result: ({ deliveryId, repairs, outcome, reason }, { webhook }) => {
      const why = reason === undefined ? "" : `: ${reason}`;
      return `Delivery ${repairs} is repaired: ${webhook} gets ${deliveryId} instead\n${OUTCOME_TEXTS[outcome]}${why}`;
    },
    header: HEADER,
    rows: (repaired) => [HEADER.map((name) => repaired[name])],
    notes: ({ isArchived }) =>
      isArchived
        ? []
        : [
            "The repaired message is not archived, because the archive has no queue: a verification names what follows from it, and a rebuild does not have it.",
          ],
    failed: ({ outcome }) => outcome === "failed",
  },
  recorded: { result: ({ deliveryId, outcome }) => ({ deliveryId, outcome }) },
});

const EDITED = {
  file: "message.json",
  instead:
    "Print the message with --print, change it, and give it with --file <path>, or --file - for standard input.",
};

const PENDING = { outcome: "pending", errorCode: undefined, reason: undefined } as const;

function offerForce(error: unknown): never {
  if (!(error instanceof RainhooksError && UNDECODABLE.has(error.code))) throw error;
  throw new RainhooksError("input-invalid", `${error.message} To send it anyway, use --force.`, {
    cause: error,
  });
}
