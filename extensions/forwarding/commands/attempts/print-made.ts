import { EXIT } from "@rainhooks/stage/commands/exit";
import { formatted, print } from "@rainhooks/stage/commands/output";
import { printableLine, shortened } from "@rainhooks/stage/terminal/printable";
import { type Attempt, attemptId } from "../../attempts/attempt.ts";
import { dressOutcome, outcomeText } from "./attempt-view.ts";

const MAX_RESPONSE = 500;

/** Prints an attempt that was just made. If it failed, the command fails. */
export async function printMade(
  attempt: Attempt,
  options: { readonly json?: boolean | undefined },
): Promise<void> {
  const id = attemptId(attempt);
  const text = () => madeText(attempt, id);
  await print(formatted(options, { value: { id, ...attempt }, header: [], rows: [], text }));
  if (attempt.outcome !== "delivered") process.exitCode = EXIT.failed;
}

function madeText(attempt: Attempt, id: string): string {
  const { url, durationMs, error, response } = attempt;
  return [
    `${dressOutcome(outcomeText(attempt), attempt.outcome)} to ${url} in ${durationMs} ms`,
    ...(error === undefined ? [] : [`error     ${printableLine(error)}`]),
    ...(response ? [`response  ${shortened(printableLine(response), MAX_RESPONSE)}`] : []),
    `attempt   ${id}`,
  ].join("\n");
}
