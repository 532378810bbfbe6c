import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { durationText } from "@rainhooks/core/duration-text";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { allQueued } from "@rainhooks/stage/reached";
import { type Check, notChecked, ok, wrong } from "../check.ts";

/** AWS refuses what was signed five minutes earlier or later; times on reports are of no use before that. */
const MAX_MS = MINUTE_MS;

/** The clock of this computer is that of AWS. */
export const clock: Check = {
  name: "clock",
  page: "first-deployment.md#clock",
  needs: { queues: ["sqs:GetQueueAttributes"] },
  run: async ({ stage }) => {
    const [[, { deadLetterQueueUrl: QueueUrl }] = ["", { deadLetterQueueUrl: "" }]] = allQueued(stage);
    if (QueueUrl === "") return [notChecked("the stage has no queue to ask")];
    let theirMs = Number.NaN;
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
    command.middlewareStack.add(
      (next) => async (args) => {
        const output = await next(args);
        theirMs = Date.parse(dateIn(output.response));
        return output;
      },
      { step: "deserialize" },
    );
    await stage.clients.sqs.send(command);
    if (Number.isNaN(theirMs)) return [notChecked("the response of SQS has no date")];
    const offMs = Math.abs(Date.now() - theirMs);
    if (offMs <= MAX_MS) return [ok("this computer and AWS have the same time")];
    const seconds = Math.round(offMs / SECOND_MS) * SECOND_MS;
    return [
      wrong(`the clock of this computer is off by ${durationText(seconds)}`, "Set it by the network (NTP)."),
    ];
  },
};

function dateIn(response: unknown): string {
  const headers =
    typeof response === "object" && response !== null && "headers" in response ? response.headers : undefined;
  const date =
    typeof headers === "object" && headers !== null && "date" in headers ? headers.date : undefined;
  return typeof date === "string" ? date : "";
}
