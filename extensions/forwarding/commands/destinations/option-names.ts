import { withOptionNames } from "@rainhooks/stage/commands/option-names";
import { flagOf, nameOfOption } from "@rainhooks/stage/commands/options";
import { CHANGE_PARAMS, SECRET_PARAMS, SIGNING_PARAMS } from "../../operations/secret-params.ts";
import { WRITTEN_SETTINGS } from "../../operations/setting-params.ts";
import { FOR_OTHER_HOST } from "../../secrets/check-hosts.ts";

/** The fields of requests, by what they are called in secrets and settings. */
const FIELDS = {
  "oauth2.tokenUrl": "oauth2",
  "oauth2.clientId": "clientId",
  "oauth2.clientSecret": "clientSecret",
  "oauth2.clientAuth": "clientAuth",
  "oauth2.scope": "scope",
  "oauth2.audience": "audience",
  "basic.user": "basic",
  "basic.password": "password",
  "signingSecrets[0]": "secret",
  headers: "header",
  headerNames: "header",
} as const;

/** How the command line knows settings, the fields of secrets, and those of requests. */
function optionNames(): ReadonlyMap<string, string> {
  const params = { ...SECRET_PARAMS, ...CHANGE_PARAMS, ...SIGNING_PARAMS };
  const options = new Map(Object.entries(params).map(([field, one]) => [field, nameOfOption(field, one)]));
  return new Map([
    ...options,
    ...[...WRITTEN_SETTINGS].map(([name, { setting }]) => [setting, flagOf(name)] as const),
    ...Object.entries(FIELDS).map(([name, field]) => [name, options.get(field) ?? name] as const),
  ]);
}

/** What to do about some mistakes, by options. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["has-user", "Use --basic."],
  [FOR_OTHER_HOST, "Give those of the new host, or say that they are for it, too: --same-secrets."],
]);

/** Runs a check of settings and secrets, and lets its error name options. */
export function withDestinationOptions<T>(check: () => T | Promise<T>): Promise<T> {
  return withOptionNames(optionNames(), check, ({ kind = "", remedy }) => REMEDIES.get(kind) ?? remedy);
}
