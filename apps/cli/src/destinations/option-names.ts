import { withOptionNames } from "../option-names.ts";

/** How the command line knows the fields of settings and secrets. */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ["url", "--url"],
  ["oauth2.tokenUrl", "--oauth2"],
  ["oauth2.clientId", "--client-id"],
  ["oauth2.clientSecret", "--client-secret-from"],
  ["oauth2.clientAuth", "--client-auth"],
  ["oauth2.scope", "--scope"],
  ["oauth2.audience", "--audience"],
  ["basic.user", "--basic"],
  ["basic.password", "--password-from"],
  ["signingSecrets[0]", "--secret-from"],
  ["headerNames", "--header"],
  ["headers", "--header"],
  ["ratePerS", "--rate"],
  ...["description", "events", "nodes", "tags", "template", "concurrency", "schedule"].map(
    (name) => [name, `--${name}`] as const,
  ),
]);

/** Runs a check of settings and secrets, and lets its error name options. */
export function withDestinationOptions<T>(check: () => T | Promise<T>): Promise<T> {
  return withOptionNames(OPTIONS, check, ({ kind, remedy }) =>
    kind === "has-user" ? "Use --basic." : remedy,
  );
}
