import type { OperationView } from "@rainhooks/stage/operations/operation";
import { printableLine, shortenText } from "@rainhooks/stage/terminal/printable";
import { type Attempt, attemptId } from "../attempts/attempt.ts";

/** What has come of an operation that makes an attempt. */
export interface AttemptView {
  readonly attempt: Attempt;
}

const MAX_RESPONSE = 500;

/** How an attempt is shown that was just made. If it failed, the operation has failed. */
export const MADE_VIEW: OperationView<unknown, object, AttemptView> = {
  json: ({ attempt }) => ({ id: attemptId(attempt), ...attempt }),
  result: ({ attempt }) => {
    const { outcome, status, url, durationMs, error, response } = attempt;
    return [
      `${outcomeText({ outcome, status })} to ${url} in ${durationMs} ms`,
      ...(error === undefined ? [] : [`error     ${printableLine(error)}`]),
      ...(response ? [`response  ${shortenText(printableLine(response), MAX_RESPONSE)}`] : []),
      `attempt   ${attemptId(attempt)}`,
    ].join("\n");
  },
  failed: ({ attempt }) => attempt.outcome !== "delivered",
};

/** Returns the values for the record of the operation. */
export function attemptRecord({ attempt }: AttemptView): object {
  const { outcome, status } = attempt;
  return { attempt: attemptId(attempt), outcome, status };
}

/** Shows what came of an attempt: `delivered 200`, or `failed` if there was no response. */
export function outcomeText({
  outcome,
  status,
}: Pick<Attempt, "outcome"> & { readonly status?: number | undefined }): string {
  return status === undefined ? outcome : `${outcome} ${status}`;
}
