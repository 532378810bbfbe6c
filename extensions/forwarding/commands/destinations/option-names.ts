import { withOptionNames } from "@rainhooks/stage/commands/option-names";
import type { DestinationSettings } from "../../destinations/destination.ts";
import { FOR_OTHER_HOST } from "../../secrets/check-hosts.ts";

/**
 * How the command line knows the settings. The id is an argument; how a destination authenticates and its
 * public key follow from its secrets.
 */
export const SETTING_OPTIONS = {
  url: "--url",
  description: "--description",
  events: "--events",
  nodes: "--nodes",
  tags: "--tags",
  where: "--where",
  format: "--format",
  template: "--template",
  headerNames: "--header",
  ratePerS: "--rate",
  concurrency: "--concurrency",
  schedule: "--schedule",
  eachCopy: "--each-copy",
  batchEvents: "--batch",
  batchWaitS: "--batch-wait",
  batchBytes: "--batch-bytes",
  inOrder: "--in-order",
} as const satisfies Record<Exclude<keyof DestinationSettings, "id" | "auth" | "publicKey">, string>;

/** How it knows them and the fields of secrets. */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(SETTING_OPTIONS),
  ["oauth2.tokenUrl", "--oauth2"],
  ["oauth2.clientId", "--client-id"],
  ["oauth2.clientSecret", "--client-secret-from"],
  ["oauth2.clientAuth", "--client-auth"],
  ["oauth2.scope", "--scope"],
  ["oauth2.audience", "--audience"],
  ["basic.user", "--basic"],
  ["basic.password", "--password-from"],
  ["tls", "--cert-from"],
  ["tls.certificate", "--cert-from"],
  ["tls.key", "--key-from"],
  ["tls.ca", "--ca-from"],
  ["signingSecrets[0]", "--secret-from"],
  ["headers", "--header"],
]);

/** What to do about some mistakes, by options. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["has-user", "Use --basic."],
  [FOR_OTHER_HOST, "Give those of the new host, or say that they are for it, too: --same-secrets."],
]);

/** Runs a check of settings and secrets, and lets its error name options. */
export function withDestinationOptions<T>(check: () => T | Promise<T>): Promise<T> {
  return withOptionNames(OPTIONS, check, ({ kind = "", remedy }) => REMEDIES.get(kind) ?? remedy);
}
