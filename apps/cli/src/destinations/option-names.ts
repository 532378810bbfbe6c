import { RainhooksError } from "@rainhooks/core";

/** Options of settings and secrets, by the names with which messages about them begin. */
const OPTIONS: readonly (readonly [name: RegExp, option: string])[] = [
  [/^url\b/, "--url"],
  [/^oauth2\.tokenUrl\b/, "--oauth2"],
  [/^oauth2\.clientId\b/, "--client-id"],
  [/^oauth2\.clientSecret\b/, "--client-secret-from"],
  [/^oauth2\.clientAuth\b/, "--client-auth"],
  [/^oauth2\.(scope|audience)\b/, "--$1"],
  [/^basic\.user\b/, "--basic"],
  [/^basic\.password\b/, "--password-from"],
  [/^signingSecrets\[0\]/, "--secret-from"],
  [/^headerNames\b/, "--header"],
  [/^headers\b/, "--header"],
  [/^ratePerS\b/, "--rate"],
  [/^(description|events|nodes|tags|template|concurrency|schedule)\b/, "--$1"],
];

/** Runs a check whose messages name settings, and lets them name options. */
export async function withOptionNames<T>(check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof RainhooksError) || error.code !== "input-invalid") throw error;
    const lines = error.message.split("\n").map(withOptionName);
    throw new RainhooksError("input-invalid", lines.join("\n"), { cause: error });
  }
}

function withOptionName(line: string): string {
  const [name, option] = OPTIONS.find(([one]) => one.test(line)) ?? [];
  const named = name === undefined || option === undefined ? line : line.replace(name, option);
  return named.replace("Send them in headers.authorization.", "Use --basic.");
}
