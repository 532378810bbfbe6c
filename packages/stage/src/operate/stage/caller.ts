import { userInfo } from "node:os";
import { clientOptions } from "../../account.ts";
import type { ReachedStage } from "../../reached.ts";

/** Returns who runs a command on a stage: the ARN of the AWS credentials, or the user of this computer. */
export async function callerOf({ local, outputs: { region } }: ReachedStage): Promise<string> {
  if (local !== undefined) return `local user ${userName()}`;
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const { Arn = "unknown" } = await new STSClient(clientOptions({ region })).send(
    new GetCallerIdentityCommand({}),
  );
  return Arn;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry, as in some containers.
    return String(process.getuid?.() ?? "");
  }
}
