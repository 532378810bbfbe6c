import { userInfo } from "node:os";
import { clientOptions, type StageAccount } from "../../account.ts";
import type { StageAccess } from "../../reached.ts";

/** Returns who runs a command on a stage: the ARN of the AWS credentials, or the user of this computer. */
export async function callerOf({ local, outputs: { region }, profile }: StageAccess): Promise<string> {
  if (local !== undefined) return `local user ${userName()}`;
  const { Arn = "unknown" } = await identityOf({ region, profile });
  return Arn;
}

/** Returns the id of the account of the AWS credentials. */
export async function accountOfCredentials(account: StageAccount): Promise<string> {
  const { Account = "unknown" } = await identityOf(account);
  return Account;
}

async function identityOf(account: StageAccount) {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  return new STSClient(clientOptions(account)).send(new GetCallerIdentityCommand({}));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry, as in some containers.
    return String(process.getuid?.() ?? "");
  }
}
