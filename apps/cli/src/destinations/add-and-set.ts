import {
  type Command,
  type CommandUnknownOpts,
  Option,
  type OptionValues,
} from "@commander-js/extra-typings";
import { BODY_FORMATS, CLIENT_AUTH_KINDS, SIGNATURE_KINDS } from "@rainhooks/forwarding";
import { addStageOptions, count } from "../options.ts";

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
const REMOVE_HEADER = new Option("--remove-header <name>", "header to send no more (repeatable)").argParser(
  repeated,
);
const NO_AUTH = new Option("--no-auth", "remove the authentication").conflicts([
  "basic",
  "passwordFrom",
  "oauth2",
  "clientId",
  "clientSecretFrom",
  "clientAuth",
  "scope",
  "audience",
]);

/**
 * Makes the option of how requests are signed.
 *
 * @param about What it decides.
 */
export function signatureOption(about: string) {
  return new Option(
    "--signature <kind>",
    `${about}: v1 with a secret that the receiver shares, v1a with a private key of which it has the public one`,
  ).choices(SIGNATURE_KINDS);
}

const NO_LOOKUP = new Option("--no-lookup", "do not check here which addresses the names of URLs have");

/** Adds the options of the settings and secrets of a destination. */
function addDestinationOptions<Args extends unknown[], Opts extends OptionValues>(command: Made<Args, Opts>) {
  return addAuthOptions(
    command
      .addOption(URL_FLAG)
      .addOption(URL_FROM)
      .addOption(EVENTS)
      .addOption(DESCRIPTION)
      .addOption(NODES)
      .addOption(TAGS)
      .addOption(FORMAT)
      .addOption(TEMPLATE)
      .addOption(HEADER)
      .addOption(HEADER_FROM),
  )
    .addOption(RATE)
    .addOption(CONCURRENCY)
    .addOption(SCHEDULE)
    .addOption(EACH_COPY)
    .addOption(NO_LOOKUP);
}

function addAuthOptions<Args extends unknown[], Opts extends OptionValues>(command: Made<Args, Opts>) {
  return command
    .addOption(BASIC)
    .addOption(PASSWORD_FROM)
    .addOption(OAUTH2)
    .addOption(CLIENT_ID)
    .addOption(CLIENT_SECRET_FROM)
    .addOption(CLIENT_AUTH)
    .addOption(SCOPE)
    .addOption(AUDIENCE);
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
      ).conflicts(["url", "urlFrom", "header", "headerFrom", "basic", "oauth2", "secretFrom", "signature"]),
    )
    .addOption(signatureOption("how requests are signed (default: v1)"))
    .option("--secret-from <source>", "use this signing secret (whsec_… or whsk_…) instead of a new one")
    .option("--json", "print JSON")
    .addHelpText("after", ADD_HELP)
    .action(async (id, options) => (await import("./add-destination.ts")).addCommand(id, options));
}

/** Adds `destinations set`. */
export function addSet(destinations: CommandUnknownOpts): void {
  const set = destinations
    .command("set")
    .description("change what is given of a destination")
    .argument("<destination>", "id of the destination");
  addStageOptions(addDestinationOptions(set))
    .option("--no-each-copy", "send an event once for all users of the node")
    .addOption(REMOVE_HEADER)
    .addOption(NO_AUTH)
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
  addStageOptions(
    addAuthOptions(set.addOption(URL_FROM).addOption(HEADER).addOption(HEADER_FROM).addOption(REMOVE_HEADER)),
  )
    .addOption(NO_AUTH)
    .addOption(NO_LOOKUP)
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

What is not given stays as it is. They are for the host that the file says: if that changes, give them again.`;

const ADD_HELP = `
Examples:
  rainhooks destinations add crm --url https://crm.example.com/hook --events alert,node_connected
  rainhooks destinations add slack --url-from env:SLACK_URL --events alert --template slack.json
  rainhooks destinations add erp --url https://erp.example.com/v1 --header-from 'X-Api-Key=env:ERP_KEY'
  rainhooks destinations add sf --url https://acme.example.com/upsert --oauth2 https://login.example.com/token \\
    --client-id 3MVG9 --client-secret-from file:secret.txt --scope api

Secrets are read from where you say. What is an argument, other processes of this machine can see, and shells keep it.`;

const SET_HELP = `
Examples:
  rainhooks destinations set crm --events all
  rainhooks destinations set crm --url-from - < url.txt
  rainhooks destinations set crm --rate 10 --concurrency 2
  rainhooks destinations set crm --remove-header x-api-key --basic ann --password-from env:CRM_PASSWORD`;
