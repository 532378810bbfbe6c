import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";

/** What `npm start` was asked to do. */
export interface StartOptions {
  readonly events: number;
  readonly nodes: number;
  readonly seed: number;
  /** Most messages a second; `undefined` for as many as go. */
  readonly ratePerS: number | undefined;
  readonly duplicates: number;
  readonly undecodable: number;
  /** Share of the functions' calls to AWS that go wrong. */
  readonly faults: number;
  readonly dataDir: string;
  readonly port: number;
  /** Port of the stage's own API. */
  readonly queryPort: number;
  readonly endpoint: string | undefined;
  /** Ports of the local RainMaker's API and MQTT broker. */
  readonly apiPort: number;
  readonly mqttPort: number;
  /** How the local RainMaker writes its messages. */
  readonly casing: "pascal" | "snake";
  /** End when the run is accounted for, instead of staying up. */
  readonly exit: boolean;
}

const DEFAULT_DATA = ".rainhooks";
/** Something has to be left to publish once and in order. */
const MOST_SHARES = 0.9;

const HELP = `
Examples:
  npm start                                start, publish 1,000 events, stay up until Ctrl-C
  npm start -- --events 5000 --exit        publish 5,000 events, account for each, end
  npm start -- --faults 0.05               let 5 in 100 calls of the functions to AWS go wrong
  npm start -- --events 3600 --rate 10     let them come slowly, to watch
  npm start -- --events 0                  start and wait for events of your own`;

/** Reads the command line. A wrong one ends the process with one line and exit code 2. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  const command = new Command("npm start --")
    .description("Runs a stage of Rainhooks on this machine, without an AWS account.")
    .option(
      "--events <count>",
      "messages that the simulated fleet publishes",
      wholeNumber(0, 1_000_000),
      1000,
    )
    .option("--nodes <count>", "nodes of the fleet, each an MQTT client", wholeNumber(1, 5000), 40)
    .option("--seed <number>", "the same seed makes the same fleet", wholeNumber(0, 2 ** 31 - 1), 1)
    .option("--rate <number>", "most messages a second (default: as many as go)", rate)
    .option("--duplicates <share>", "share of messages that are published twice", share, 0.1)
    .option("--undecodable <share>", "share of messages that cannot be decoded", share, 0.01)
    .option("--faults <share>", "share of the functions' calls to AWS that go wrong", share, 0)
    .option("--data <folder>", "where everything is kept (default: .rainhooks in this project)", folder)
    .option("--port <number>", "port of the AWS endpoint; 0 takes a free one", wholeNumber(0, 65_535), 0)
    .option(
      "--endpoint <url>",
      "use this AWS emulator instead of the embedded one (default: AWS_ENDPOINT_URL)",
      url,
    )
    .option("--query-port <number>", "port of the stage's query API", wholeNumber(0, 65_535), 0)
    .option("--api-port <number>", "port of the local RainMaker's REST API", wholeNumber(0, 65_535), 0)
    .option("--mqtt-port <number>", "port of its MQTT broker", wholeNumber(0, 65_535), 0)
    .addOption(
      new Option("--casing <casing>", "how its messages are written")
        .choices(["pascal", "snake"] as const)
        .default("pascal" as const),
    )
    .option("--exit", "end when every message is accounted for", false)
    .addHelpText("after", HELP)
    .showHelpAfterError("(--help lists the flags)")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  const { data, endpoint, rate: ratePerS, ...options } = command.opts();
  if (options.duplicates + options.undecodable > MOST_SHARES) {
    command.error(`error: --duplicates and --undecodable together must not be more than ${MOST_SHARES}`);
  }
  return {
    ...options,
    ratePerS,
    dataDir: data === undefined ? resolve(DEFAULT_DATA) : resolve(environment["INIT_CWD"] ?? ".", data),
    endpoint: endpoint ?? endpointOf(environment),
  };
}

function endpointOf(environment: NodeJS.ProcessEnv): string | undefined {
  const value = environment["AWS_ENDPOINT_URL"];
  return value === undefined || value === "" ? undefined : value;
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 0.5) return value;
  throw new InvalidArgumentError("It must be a number from 0 to 0.5.");
}

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0.1 && value <= 100_000) return value;
  throw new InvalidArgumentError("It must be a number from 0.1 to 100000.");
}

function folder(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("It must name a folder.");
}

function url(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text;
  throw new InvalidArgumentError("It must be a URL such as http://127.0.0.1:5000.");
}
