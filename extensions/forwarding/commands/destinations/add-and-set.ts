import {
  type Command,
  type CommandUnknownOpts,
  Option,
  type OptionValues,
} from "@commander-js/extra-typings";
import { addStageOptions, count, duration, readTime, timeOption } from "@rainhooks/stage/commands/options";
import { BODY_FORMATS } from "../../destinations/destination.ts";
import { CLIENT_AUTH_KINDS, SIGNATURE_KINDS } from "../../secrets/secrets.ts";
import type { SecretSourceOptions } from "./secret-options.ts";
import type { SettingOptions } from "./setting-options.ts";

type Made<Args extends unknown[], Opts extends OptionValues> = Command<Args, Opts>;

/** Format `template` is chosen by its file. */
const FORMATS = BODY_FORMATS.filter((format) => format !== "template");

const repeated = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

const URL_FLAG = new Option(
  "--url <url>",
  "where to send events; path and query may contain {{path}}; other processes can see it while the command runs",
).conflicts("urlFrom");
const URL_FROM = new Option(
  "--url-from <source>",
  "where the URL is: env:<variable>, file:<path> or - (standard input)",
);
const EVENTS = new Option(
  "--events <types>",
  "event types, separated by commas, or all (default of add: all)",
);
const DESCRIPTION = new Option("--description <text>", "what it is, for people");
const NODES = new Option("--nodes <ids>", "only events of these nodes, separated by commas; '' for all");
const TAGS = new Option(
  "--tags <tags>",
  "only events of nodes with one of these tags, such as city:Pune; '' for all",
);
const WHERE = new Option(
  "--where <condition>",
  "only events for which this condition (CEL) holds, such as 'event.type == \"alert\"'; '' for all",
);
const FORMAT = new Option("--format <format>", "format of the body (default of add: event)").choices(FORMATS);
const TEMPLATE = new Option(
  "--template <file>",
  "JSON file with the body, whose texts may contain {{path}}",
).conflicts("format");
const HEADER = new Option(
  "--header <header>",
  "header to send, such as 'X-Api-Key: abc' (repeatable)",
).argParser(repeated);
const HEADER_FROM = new Option(
  "--header-from <name=source>",
  "header and where its value is, such as 'X-Api-Key=env:CRM_KEY' (repeatable)",
).argParser(repeated);
const BASIC = new Option(
  "--basic <user>",
  "user of basic authentication; the password is asked for",
).conflicts("oauth2");
const PASSWORD_FROM = new Option("--password-from <source>", "where the password is, as for --url-from");
const OAUTH2 = new Option(
  "--oauth2 <token-url>",
  "OAuth 2.0 client credentials; the client secret is asked for",
);
const CLIENT_ID = new Option("--client-id <id>", "client of OAuth 2.0");
const CLIENT_SECRET_FROM = new Option(
  "--client-secret-from <source>",
  "where the client secret is, as for --url-from",
);
const CLIENT_AUTH = new Option(
  "--client-auth <place>",
  "where a token request has id and secret: basic authentication, or its body (default: basic)",
).choices(CLIENT_AUTH_KINDS);
const SCOPE = new Option("--scope <scope>", "scope of OAuth 2.0");
const AUDIENCE = new Option("--audience <audience>", "audience of OAuth 2.0, which some servers need");
const CERT_FROM = new Option(
  "--cert-from <source>",
  "where the client certificate (PEM) is with which the receiver recognizes the stage, as for --url-from",
);
const KEY_FROM = new Option("--key-from <source>", "where its private key (PEM, no passphrase) is");
const CA_FROM = new Option(
  "--ca-from <source>",
  "where the certificates (PEM) of authorities are to trust instead of the public ones",
);
const RATE = new Option("--rate <count>", "maximum requests per second, or none (default of add: none)");
const CONCURRENCY = new Option(
  "--concurrency <count>",
  "maximum requests at once (default of add: 10)",
).argParser(count);
const SCHEDULE = new Option(
  "--schedule <waits>",
  "waits between attempts, such as 5s,5m,2h; none, or default (5s,5m,30m,2h,5h,10h,10h)",
);
const EACH_COPY = new Option(
  "--each-copy",
  "send an event once for each user of the node, as RainMaker publishes it",
);
const BATCH = new Option(
  "--batch <count>",
  "maximum events in a request, or none (default of add: none, each event by itself)",
);
const BATCH_WAIT = new Option(
  "--batch-wait <duration>",
  "how long an event waits for others of its batch, such as 1m (default of add: 10s)",
).argParser(duration("15m"));
const BATCH_BYTES = new Option(
  "--batch-bytes <count>",
  "maximum bytes of the events of a batch, as RainMaker published them (default of add: 262144)",
).argParser(count);
const IN_ORDER = new Option(
  "--in-order",
  "send the events of a node one after the other; one that fails holds up that node",
);
const REMOVE_HEADER = new Option("--remove-header <name>", "header to send no more (repeatable)").argParser(
  repeated,
);
/**
 * What belongs to an authentication, and what a target of the stage's file cannot have, by the names of
 * options.
 */
const AUTH = "basic passwordFrom oauth2 clientId clientSecretFrom clientAuth scope audience";
const OF_URLS = "url urlFrom header headerFrom basic oauth2 secretFrom signature certFrom keyFrom caFrom";
const NO_AUTH = new Option("--no-auth", "remove the authentication").conflicts(AUTH.split(" "));

const NO_TLS = new Option(
  "--no-tls",
  "remove the client certificate, its key and the authorities of its own",
).conflicts(["certFrom", "keyFrom", "caFrom"]);

const SAME_SECRETS = new Option(
  "--same-secrets",
  "the secrets that it has are for the new host, too; without it they go nowhere else",
);

/**
 * Makes the option of how requests are signed.
 *
 * @param about What it decides.
 */
function signatureOption(about: string) {
  return new Option(
    "--signature <kind>",
    `${about}: v1 with a secret that the receiver shares, v1a with a private key of which it has the public one`,
  ).choices(SIGNATURE_KINDS);
}

const NO_LOOKUP = new Option("--no-lookup", "do not check here which addresses the names of URLs have");

/** The options of the settings and secrets of a destination. */
type DestinationOptions = Pick<SettingOptions, keyof SettingOptions> &
  Omit<SecretSourceOptions, "removeHeader" | "tls" | "auth"> & { readonly lookup: boolean };

const SECRET_OPTIONS: readonly Option[] = [
  ...[
    URL_FROM,
    HEADER,
    HEADER_FROM,
    BASIC,
    PASSWORD_FROM,
    OAUTH2,
    CLIENT_ID,
    CLIENT_SECRET_FROM,
    CLIENT_AUTH,
  ],
  ...[SCOPE, AUDIENCE, CERT_FROM, KEY_FROM, CA_FROM, NO_LOOKUP],
];
const DESTINATION_OPTIONS: readonly Option[] = [
  ...[URL_FLAG, ...SECRET_OPTIONS, EVENTS, DESCRIPTION, NODES, TAGS, WHERE, FORMAT, TEMPLATE],
  ...[RATE, CONCURRENCY, SCHEDULE, EACH_COPY, BATCH, BATCH_WAIT, BATCH_BYTES, IN_ORDER],
];

/** What they give. */
type SecretOptions = Omit<SecretSourceOptions, "url" | "removeHeader" | "tls" | "auth"> & {
  readonly lookup: boolean;
};

/** Adds the options of the secrets of a destination. */
function addSecretOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Made<Args, Opts>,
): Made<Args, Opts & SecretOptions> {
  for (const option of SECRET_OPTIONS) command.addOption(option);
  return command as Made<Args, Opts & SecretOptions>;
}

/**
 * Adds them. They are so many that TypeScript does not follow the type of the command from one to the next.
 */
function addDestinationOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Made<Args, Opts>,
): Made<Args, Opts & DestinationOptions> {
  for (const option of DESTINATION_OPTIONS) command.addOption(option);
  return command as Made<Args, Opts & DestinationOptions>;
}

/** Adds `destinations add`. */
export function addAdd(destinations: CommandUnknownOpts): void {
  const add = destinations
    .command("add")
    .description("add a destination, and print the secret or public key with which its requests are verified")
    .argument("<destination>", "id of your choice: up to 30 lower-case letters, digits and dashes");
  addStageOptions(addDestinationOptions(add))
    .addOption(
      new Option(
        "--target <name>",
        "target of the stage's file (a queue, topic, bus or function) instead of a URL",
      ).conflicts(OF_URLS.split(" ")),
    )
    .addOption(signatureOption("how requests are signed (default: v1)"))
    .option("--secret-from <source>", "use this signing secret (whsec_… or whsk_…) instead of a new one")
    .option("--json", "print JSON")
    .addHelpText("after", ADD_HELP)
    .action(async (id, options) => (await import("./add-destination.ts")).addCommand(id, options));
}

/** Adds `destinations try`. */
export function addTry(destinations: CommandUnknownOpts): void {
  const command = destinations
    .command("try")
    .description(
      "count which archived events a destination would get, by its filters or by others; it sends nothing",
    )
    .argument("<destination>", "id of the destination")
    .addOption(EVENTS)
    .addOption(NODES)
    .addOption(TAGS)
    .addOption(WHERE);
  addStageOptions(command)
    .addOption(timeOption("--from <time>", "when SNS published the first").default(readTime("1h"), "1h"))
    .addOption(timeOption("--to <time>", "end, exclusive (default: now)"))
    .option("--json", "print JSON")
    .addHelpText("after", TRY_HELP)
    .action(async (id, options) => (await import("./try-filter.ts")).tryCommand(id, options));
}

/** Adds `destinations set`. */
export function addSet(destinations: CommandUnknownOpts): void {
  const set = destinations
    .command("set")
    .description("change what is given of a destination")
    .argument("<destination>", "id of the destination");
  addStageOptions(addDestinationOptions(set))
    .option("--no-each-copy", "send an event once for all users of the node")
    .option("--no-in-order", "send the events of a node side by side")
    .addOption(REMOVE_HEADER)
    .addOption(NO_AUTH)
    .addOption(NO_TLS)
    .addOption(SAME_SECRETS)
    .option("--json", "print JSON")
    .addHelpText("after", SET_HELP)
    .action(async (id, options) => (await import("./set.ts")).setCommand(id, options));
}

/** Adds `destinations set-secrets`. */
export function addSetSecrets(destinations: CommandUnknownOpts): void {
  const set = destinations
    .command("set-secrets")
    .description(
      "give a destination of the stage's file its secrets, and print the secret or public key with which its requests are verified",
    )
    .argument("<destination>", "id of the destination");
  addStageOptions(addSecretOptions(set))
    .addOption(REMOVE_HEADER)
    .addOption(NO_AUTH)
    .addOption(NO_TLS)
    .addOption(SAME_SECRETS)
    .addOption(signatureOption("how requests are signed, if it has no secrets yet (default: v1)"))
    .option("--secret-from <source>", "use this signing secret (whsec_… or whsk_…), if it has none yet")
    .option("--json", "print JSON")
    .addHelpText("after", SET_SECRETS_HELP)
    .action(async (id, options) => (await import("./set-secrets.ts")).setSecretsCommand(id, options));
}

const SET_SECRETS_HELP = `
Examples:
  rainhooks destinations set-secrets crm
  rainhooks destinations set-secrets crm --header-from 'X-Api-Key=env:CRM_KEY'
  rainhooks destinations set-secrets slack --url-from env:SLACK_URL

What is not given stays as it is. They are for the host that the file says: if that changes, give them again, or say --same-secrets.`;

const ADD_HELP = `
Examples:
  rainhooks destinations add crm --url https://crm.example.com/hook --events alert,node_connected
  rainhooks destinations add slack --url-from env:SLACK_URL --events alert --template slack.json
  rainhooks destinations add erp --url https://erp.example.com/v1 --header-from 'X-Api-Key=env:ERP_KEY'
  rainhooks destinations add sf --url https://acme.example.com/upsert --oauth2 https://login.example.com/token \\
    --client-id 3MVG9 --client-secret-from file:secret.txt --scope api

Secrets are read from where you say. What is an argument, other processes of this machine can see, and shells keep it.`;

const TRY_HELP = `
Examples:
  rainhooks destinations try crm
  rainhooks destinations try crm --from 1d --where 'event.type == "alert" || series["Room.Temperature"].value > 30'

What an option gives counts instead of the filter that the destination has. Nothing is changed.`;

const SET_HELP = `
Examples:
  rainhooks destinations set crm --events all
  rainhooks destinations set crm --url-from - < url.txt
  rainhooks destinations set crm --rate 10 --concurrency 2
  rainhooks destinations set crm --remove-header x-api-key --basic ann --password-from env:CRM_PASSWORD`;
