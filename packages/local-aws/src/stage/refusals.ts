import { RainhooksError } from "@rainhooks/core";
import { findRunningStage } from "@rainhooks/stage";
import { streamsOf, type Webhook } from "@rainhooks/webhook/define";

/** @throws {RainhooksError} `stage-failed` if two functions have the same name. */
export function refuseSameNames(functions: readonly { readonly name: string }[]): void {
  const names = functions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new RainhooksError("stage-failed", `Two functions have the name ${twice}. Rename one of them.`);
}

/** @throws {RainhooksError} `stage-failed` if a stage runs on a folder already. */
export async function refuseSecondStage(dataDir: string): Promise<void> {
  const other = await findRunningStage(dataDir);
  if (other === undefined) return;
  const message = `A stage already runs on ${dataDir} (process ${other.pid}). Stop it, or choose another folder with --data.`;
  throw new RainhooksError("stage-failed", message);
}

/** @throws {RainhooksError} `stage-failed` if SNS cannot write the messages of a webhook to its stream itself. */
export function refuseWithoutStream(webhooks: readonly Webhook[], endpoint: string | undefined): void {
  const none = webhooks.find((webhook) => streamsOf(webhook).length === 0);
  if (none !== undefined)
    throw new RainhooksError(
      "stage-failed",
      `${none.name} has no Firehose stream, to which SNS could write its messages.`,
    );
  if (webhooks.length > 0 && endpoint !== undefined)
    throw new RainhooksError(
      "stage-failed",
      `SNS writes to Firehose only on the embedded services, not at ${endpoint}.`,
    );
}
