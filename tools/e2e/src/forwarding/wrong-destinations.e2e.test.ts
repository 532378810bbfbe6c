import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runCommand } from "../cli/testing/run-command.ts";
import { type ForwardStage, startForwardStage } from "./forward-stage.ts";

const ADD = ["destinations", "add", "x"];
const URL_GIVEN = [...ADD, "--url", "https://8.8.8.8/hidden"];
const HOME = "env:HOME";

describe("the commands for destinations and attempts", () => {
  let running: ForwardStage;
  beforeAll(async () => {
    running = await startForwardStage({ webhooks: ["archive"] });
  });
  afterAll(() => running.stop());

  test.each<[what: string, args: readonly string[], code: number, message: string]>([
    ["no id", ["destinations", "add"], 2, "missing required argument 'destination'"],
    [
      "an id that is none",
      ["destinations", "add", "CRM", "--url", "https://8.8.8.8"],
      2,
      "<destination> must be up to 30 lower-case letters",
    ],
    ["no URL", ADD, 2, "--url is missing"],
    [
      "a URL that is none",
      [...ADD, "--url", "hidden"],
      2,
      "--url: The URL of the receiver cannot be read.",
    ],
    [
      "a user in a URL",
      [...ADD, "--url", "https://ann:hidden@8.8.8.8"],
      2,
      "contains a user or a password. Use --basic.",
    ],
    ["two URLs", [...URL_GIVEN, "--url-from", HOME], 2, "cannot be used with option '--url <url>'"],
    ["a target with a URL", [...URL_GIVEN, "--target", "orders"], 2, "cannot be used with option"],
    [
      "a target that is none",
      [...ADD, "--target", "Or ders"],
      2,
      "--url must be a scheme and a host",
    ],
    [
      "an event that is none",
      [...URL_GIVEN, "--events", "nope"],
      2,
      '--events [0] "nope" is not an event.',
    ],
    ["no events", [...URL_GIVEN, "--events", ""], 2, '--events must be "all" or a list of events'],
    [
      "a format that is none",
      [...URL_GIVEN, "--format", "xml"],
      2,
      "Allowed choices are event, raw, cloudevents",
    ],
    [
      "no template",
      [...URL_GIVEN, "--template", "/nowhere.json"],
      2,
      "/nowhere.json cannot be read",
    ],
    [
      "a format and a template",
      [...URL_GIVEN, "--format", "raw", "--template", "x"],
      2,
      "cannot be used with",
    ],
    [
      "a header that is none",
      [...URL_GIVEN, "--header", "hidden"],
      2,
      "--header is a name and a value",
    ],
    [
      "a name that no header has",
      [...URL_GIVEN, "--header", "a b: hidden"],
      2,
      'The header "a b" has a name or a value',
    ],
    [
      "a header of the signature",
      [...URL_GIVEN, "--header", "Webhook-Id: hidden"],
      2,
      "The sink sets the header webhook-id",
    ],
    [
      "a secret as its place",
      [...URL_GIVEN, "--header-from", "X=hidden"],
      2,
      "Is it the secret itself? It is not shown",
    ],
    ["no password", [...URL_GIVEN, "--basic", "ann"], 2, "There is no password on standard input."],
    [
      "a password as an argument",
      [...URL_GIVEN, "--basic", "ann:hidden"],
      2,
      "--basic is the user alone.",
    ],
    [
      "two kinds of authentication",
      [...URL_GIVEN, "--basic", "a", "--oauth2", "https://8.8.8.8"],
      2,
      "cannot be used with",
    ],
    [
      "an authorization of its own",
      [...URL_GIVEN, "--basic", "a", "--password-from", HOME, "--header", "Authorization: hidden"],
      2,
      "--header contains authorization, which auth basic sets.",
    ],
    ["a client without a token URL", [...URL_GIVEN, "--client-id", "c"], 2, "--oauth2 is missing."],
    [
      "a token URL that is none",
      [...URL_GIVEN, "--oauth2", "hidden", "--client-id", "c", "--client-secret-from", HOME],
      2,
      "--oauth2: The URL of the receiver cannot be read.",
    ],
    [
      "no rate",
      [...URL_GIVEN, "--rate", "0"],
      2,
      '--rate must be a whole number from 1 to 1000, not "0".',
    ],
    [
      "a rate that is none",
      [...URL_GIVEN, "--rate", "fast"],
      2,
      '--rate must be a whole number from 1 to 1000, not "fast".',
    ],
    [
      "too many at once",
      [...URL_GIVEN, "--concurrency", "101"],
      2,
      "--concurrency must be a whole number from 1 to 100",
    ],
    [
      "a wait that is none",
      [...URL_GIVEN, "--schedule", "5x"],
      2,
      '"5x" is not a wait of a schedule.',
    ],
    [
      "a signing secret that is none",
      [...URL_GIVEN, "--secret-from", HOME],
      2,
      "--secret-from: A signing secret is whsec_",
    ],
    [
      "a text that steers a terminal",
      [...URL_GIVEN, "--description", "\u001b[2J"],
      2,
      "--description must be a text of 0 to 500 printable",
    ],
    ["no change", ["destinations", "set", "x"], 2, "There is nothing to change."],
    [
      "authentication and none",
      ["destinations", "set", "x", "--no-auth", "--basic", "a"],
      2,
      "cannot be used with",
    ],
    [
      "a change of what is not there",
      ["destinations", "set", "x", "--rate", "5"],
      3,
      "There is no destination x.",
    ],
    [
      "a grace that is none",
      ["destinations", "rotate-secret", "x", "--grace", "soon"],
      2,
      "It must be a duration from 0s to 30d",
    ],
    [
      "a long grace",
      ["destinations", "rotate-secret", "x", "--grace", "31d"],
      2,
      "It must be a duration from 0s to 30d",
    ],
    ["a test of what is not there", ["destinations", "test", "x"], 3, "There is no destination x."],
    [
      "a test with an unknown event",
      ["destinations", "test", "x", "--event", "nope"],
      2,
      "Use one of: node_connected",
    ],
    [
      "a test with data that is not JSON",
      ["destinations", "test", "x", "--fields", "{"],
      2,
      "must be a JSON object",
    ],
    [
      "a removal of what is not there",
      ["destinations", "rm", "x", "--yes"],
      3,
      "There is no destination x.",
    ],
    [
      "an unknown command for destinations",
      ["destinations", "frobnicate"],
      2,
      "unknown command 'frobnicate'",
    ],
    [
      "an unknown command for attempts",
      ["attempts", "frobnicate"],
      2,
      "unknown command 'frobnicate'",
    ],
    ["an attempt that is none", ["attempts", "show", "x"], 3, "There is no attempt x."],
    ["a retry of an attempt that is none", ["attempts", "retry", "x"], 3, "There is no attempt x."],
    [
      "attempts of no destination",
      ["attempts", "ls", "--destination", "x"],
      3,
      "There is no destination x, nor an attempt",
    ],
    [
      "a state that is none",
      ["attempts", "ls", "--state", "gone"],
      2,
      "Allowed choices are delivered, failed",
    ],
    [
      "a range that ends before it begins",
      ["attempts", "--from", "1h", "--to", "2h"],
      2,
      "--from must lie before --to",
    ],
  ])(
    "the commands refuse %s with one clear line, without secrets",
    async (_, args, code, message) => {
      const finished = await runCommand([...args, "--data", running.dataDir]);
      expect([finished.code, finished.out]).toEqual([code, ""]);
      expect(finished.err).toContain(message);
      expect(finished.err).not.toMatch(/hidden| {4}at /);
      expect(finished.err.split("\n")).toHaveLength(1);
    },
  );
});
