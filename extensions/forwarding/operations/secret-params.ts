import { isDeepStrictEqual } from "node:util";
import {
  flag,
  list,
  optionalChoice,
  optionalText,
  secret,
} from "@rainhooks/stage/query/params/kinds";
import {
  type Param,
  ParamMistake,
  type ParamSource,
  type Params,
  type ValuesOf,
} from "@rainhooks/stage/query/params/param";
import { MAX_HEADERS } from "../destinations/setting-fields.ts";
import { CLIENT_AUTH_KINDS, MAX_SECRETS_BYTES, SIGNATURE_KINDS } from "../secrets/secrets.ts";

const text = (placeholder: string, description: string) =>
  optionalText({ description, placeholder, maxLength: MAX_SECRETS_BYTES });
const hidden = (description: string, source: ParamSource = {}): Param<string | undefined> => ({
  ...secret(text(source.about === undefined ? "source" : "url", description)),
  source,
});
const HEADER: Param<readonly string[]> = {
  ...secret(
    list(
      {
        description: "header to send, such as 'X-Api-Key: abc' (repeatable)",
        placeholder: "header",
        maxLength: MAX_SECRETS_BYTES,
      },
      { max: MAX_HEADERS },
    ),
  ),
  source: { about: "header and where its value is, such as 'X-Api-Key=env:CRM_KEY' (repeatable)" },
};
const BASIC: Param<string | undefined> = {
  ...secret(text("user", "user of basic authentication; the password is asked for")),
  conflicts: ["oauth2"],
  read: (user) => {
    if (user !== "" && !user.includes(":")) return user;
    throw new ParamMistake("is the user alone. The password is asked for, or a field of its own");
  },
};

/** What is secret of a destination, and how it authenticates. */
export const SECRET_PARAMS = {
  url: hidden(
    "where to send events; path and query may contain {{path}}; other processes can see it while the command runs",
    { about: "where the URL is: env:<variable>, file:<path> or - (standard input)" },
  ),
  header: HEADER,
  basic: BASIC,
  password: hidden("where the password is, as for --url-from", {
    askedWith: ["basic", "Password"],
  }),
  oauth2: secret(
    text("token-url", "client credentials of OAuth 2.0; the client secret is asked for"),
  ),
  clientId: text("id", "client of OAuth 2.0"),
  clientSecret: hidden("where the client secret is, as for --url-from", {
    askedWith: ["oauth2", "Client secret"],
  }),
  clientAuth: optionalChoice(
    {
      description:
        "where a token request has id and secret: basic authentication, or its body (default: basic)",
      placeholder: "place",
    },
    CLIENT_AUTH_KINDS,
  ),
  scope: text("scope", "scope of OAuth 2.0"),
  audience: text("audience", "audience of OAuth 2.0, which some servers need"),
};

/** What belongs to an authentication. */
const AUTH = [
  "basic",
  "password",
  "oauth2",
  "clientId",
  "clientSecret",
  "clientAuth",
  "scope",
  "audience",
];

/** What can be done with secrets that a destination has. */
export const CHANGE_PARAMS = {
  removeHeader: list(
    { description: "header to send no more (repeatable)", placeholder: "name", maxLength: 256 },
    { max: MAX_HEADERS },
  ),
  /** True unless it is turned off. */
  auth: {
    ...flag({ description: "remove the authentication" }),
    fallback: { value: true },
    conflicts: AUTH,
  },
  sameSecrets: flag({
    description:
      "the secrets that it has are for the new host, too; without it they go nowhere else",
  }),
};

/**
 * Makes the parameters of how requests are signed, and with which secret: when they count, and
 * their default.
 */
export function signingParams(when: string, which: string) {
  const kinds =
    "v1 with a secret that the receiver shares, v1a with a private key of which it has the public one";
  return {
    signature: optionalChoice(
      { description: `how requests are signed${when}: ${kinds}`, placeholder: "kind" },
      SIGNATURE_KINDS,
    ),
    secret: hidden(`use this signing secret (whsec_… or whsk_…)${which}`),
  };
}

/** Those of a new destination. */
export const SIGNING_PARAMS = signingParams(" (default: v1)", " instead of a new one");

/** What a target of the stage's file does not have. */
export const NOT_OF_TARGETS: readonly string[] = Object.keys({
  ...SECRET_PARAMS,
  ...SIGNING_PARAMS,
});

/** Secrets as a request gives them. */
export type RequestSecrets = Partial<
  Omit<ValuesOf<typeof SECRET_PARAMS & typeof CHANGE_PARAMS>, "sameSecrets">
>;

const SECRETS: Params = {
  ...SECRET_PARAMS,
  removeHeader: CHANGE_PARAMS.removeHeader,
  auth: CHANGE_PARAMS.auth,
};

/** Returns whether a request says anything about secrets. */
export function givesSecrets(request: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(SECRETS).some(
    ([name, { fallback }]) => !isDeepStrictEqual(request[name] ?? fallback?.value, fallback?.value),
  );
}
