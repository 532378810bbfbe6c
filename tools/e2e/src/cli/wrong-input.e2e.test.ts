import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { runCommand } from "./testing/run-command.ts";

describe("the rainhooks command", () => {
  let running: TestStage;
  beforeAll(async () => {
    running = await startTestStage();
  });
  afterAll(() => running.stop());

  test.each([
    ["a query that is none", ["archive", "query", "SELEC 1"], 2, "The query failed: Parser Error"],
    [
      "a query that writes",
      ["archive", "query", "COPY (SELECT 1) TO '/tmp/x.csv'"],
      2,
      "Permission Error: Cannot access file",
    ],
    [
      "a query of other files",
      ["archive", "query", "SELECT * FROM read_csv('/etc/passwd')"],
      2,
      "The query failed: Permission Error",
    ],
    [
      "two queries in one",
      ["archive", "query", "SELECT 1; SELECT 2"],
      2,
      "It must be one statement",
    ],
    [
      "a saved query without its node",
      ["archive", "query", "--saved", "events-of-a-node"],
      2,
      "add --node <id>",
    ],
    [
      "a node for no saved query",
      ["archive", "query", "SELECT 1", "--node", "n"],
      2,
      "--node can only be used with a saved query",
    ],
    [
      "a region for the stage on this machine",
      ["count", "--region", "eu-west-1"],
      2,
      "--region can only be used with a deployed stage",
    ],
    ["a name that no stage has", ["count", "--stage", "Bad Name!"], 2, "is not a stage name"],
    ["an unknown part of dlq", ["dlq", "frobnicate"], 2, "unknown command 'frobnicate'"],
    [
      "an unknown webhook of the stage",
      ["stage", "frobnicate"],
      3,
      "has no webhook or worker frobnicate",
    ],
    [
      "seconds where milliseconds are meant",
      ["timeline", "n", "--from", "1795547023"],
      2,
      "is not a time in milliseconds",
    ],
    ["a query of comments", ["archive", "query", "/* nothing */"], 2, "It has no statement"],
    [
      "hours of one object",
      ["archive", "cat", "x.gz", "--from", "2026-01-01"],
      2,
      "cannot be used with an object",
    ],
    [
      "a watch without end",
      ["nodes", "--watch", "3000000"],
      2,
      "It must be a whole number from 1 to 86,400",
    ],
    ["no query", ["archive", "query"], 2, "The query is missing"],
    ["an empty query", ["archive", "query", " "], 2, "The query is missing"],
    [
      "a saved query that is none",
      ["archive", "query", "--saved", "nope"],
      2,
      "Allowed choices are",
    ],
    ["two queries", ["archive", "query", "SELECT 1", "--saved", "alerts-today"], 2, "not both"],
    [
      "an object that is none",
      ["archive", "cat", "nope"],
      3,
      "There is no object nope in rainhooks-local-archive",
    ],
    [
      "an event that is none",
      ["archive", "cat", "--event", "nope"],
      2,
      "Use one of: node_connected",
    ],
    [
      "hours that end before they begin",
      ["archive", "ls", "--from", "2026-11-02", "--to", "2026-11-01"],
      2,
      "--from must be before --to",
    ],
    ["a time that is none", ["archive", "ls", "--from", "tomorrow"], 2, "must be a time from 1970"],
    [
      "the dead letters of an unknown webhook",
      ["dlq", "show", "nope"],
      3,
      "It has: archive, node-status",
    ],
    [
      "a redrive of an unknown webhook",
      ["dlq", "redrive", "constructor"],
      3,
      "has no webhook or worker constructor",
    ],
    [
      "an interval of points",
      ["series", "n", "s", "--interval", "hour"],
      2,
      "--interval needs --aggregate",
    ],
    ["two formats", ["nodes", "--json", "--csv"], 2, "cannot be used with"],
    ["two states", ["nodes", "--online", "--offline"], 2, "cannot be used with"],
    [
      "a state that is none",
      ["nodes", "--state", "asleep"],
      2,
      "Allowed choices are offline, online, unknown",
    ],
    [
      "an end before its beginning",
      ["timeline", "n", "--from", "2026-01-02", "--to", "2026-01-01"],
      2,
      "--from must lie before --to",
    ],
    [
      "a range of online nodes",
      ["nodes", "--online", "--since-to", "10m"],
      2,
      "--since-from and --since-to need the state offline or unknown",
    ],
    [
      "a range of nodes without a state",
      ["nodes", "--since-from", "1h"],
      2,
      "need the state offline or unknown",
    ],
    [
      "a range of nodes that ends before it begins",
      ["nodes", "--offline", "--since-from", "1h", "--since-to", "2h"],
      2,
      "--since-from must lie before --since-to.",
    ],
    ["alerts of an unknown node", ["alerts", "n"], 3, "Node n is unknown"],
    ["no alerts", ["alerts", "n", "--limit", "0"], 2, "It must be a whole number from 1 to 1000."],
    [
      "a window that is none",
      ["fleet", "--every", "often"],
      2,
      "It must be a duration from 1s to 3650d",
    ],
    [
      "too many windows",
      ["fleet", "--from", "30d", "--every", "1m"],
      2,
      "--every must be at least 44m for this range",
    ],
    ["a range of firmware", ["firmware", "--from", "1h"], 2, "unknown option '--from'"],
    ["a page that is none", ["nodes", "--page", "x"], 2, "does not belong to this query"],
    ["a page and all of them", ["nodes", "--page", "x", "--all"], 2, "cannot be used with"],
    [
      "an interval that is none",
      ["nodes", "--watch", "soon"],
      2,
      "It must be a whole number from 1 to 86,400",
    ],
    ["no node", ["node"], 2, "missing required argument 'node'"],
    ["a node too many", ["node", "a", "b"], 2, "too many arguments"],
  ])("the command rejects %s with one clear line", async (_, args, code, message) => {
    const finished = await runCommand([...args, "--data", running.dataDir]);
    expect([finished.code, finished.out]).toEqual([code, ""]);
    expect(finished.err).toContain(message);
    expect(finished.err).not.toContain("    at ");
    expect(finished.err.split("\n")).toHaveLength(1);
  });
});
