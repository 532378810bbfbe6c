import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { waitingRecords } from "@rainhooks/app-local/run-fleet";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { DAY_MS } from "@rainhooks/core/durations";
import { takeSample } from "@rainhooks/node-status/fleet/take-sample";
import { fleetSamplesTable, nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { localClients } from "@rainhooks/stage/clients";
import { eventually } from "@rainhooks/testing/eventually";
import { deployedName } from "@rainhooks/webhook/names";
import { dashboardQueries, fieldOf, withVariables } from "./grafana-dashboard.ts";
import { runCommand } from "./testing/run-command.ts";

interface Response {
  readonly next?: string;
  readonly nodes?: readonly { readonly nodeId: string }[];
  readonly series?: readonly { readonly name: string; readonly dataType: string }[];
  readonly values?: readonly object[];
}

/** The schema of a response with a list, in the OpenAPI document. */
interface ListSchema {
  readonly properties: Readonly<
    Record<string, { readonly items: { readonly properties: object } }>
  >;
}

/** A query, as a command and as a path of the API. */
interface Asked {
  readonly args: readonly string[];
  readonly path: string;
  /** Text that the response must contain. */
  readonly expected?: string;
}

/** A node that is offline, whatever the fleet does. */
const OFFLINE_NODE = "attic";
/** A day before all events. */
const START = new Date(Date.now() - 30 * DAY_MS).toISOString().slice(0, 10);
/** A user who has this node. */
const USER = "ann-1";

describe("the command line and the API", () => {
  let running: TestStage;
  let nodeId: string;
  let seriesName: string;
  /** A time after all events. */
  let end: string;

  beforeAll(async () => {
    running = await startTestStage();
    const options = { seed: 4, nodes: 20, events: 500, duplicates: 0.1, undecodable: 0.02 };
    const { reconciliation } = await runTestFleet(running, options, () => undefined);
    expect(reconciliation.problems).toEqual([]);
    ({ nodeId, seriesName } = await findSeries());
    await publishKnown();
    await sampleFleet();
    end = String(Date.now() + 1);
  });
  afterAll(() => running.stop());

  /**
   * Publishes what the queries ask for: a fleet may have no offline node, no alert and no
   * undecodable reading.
   */
  async function publishKnown() {
    const broken = await runCommand(
      ["publish", "--type", "node_ts_data", "--data", running.dataDir],
      "{ broken",
    );
    expect(broken).toMatchObject({ code: 0 });
    for (const event of [
      ["node_disconnected", "--node", OFFLINE_NODE],
      ["alert", "--node", nodeId, "--fields", '{"message_body":"too dark"}'],
      ["user_node_added", "--node", OFFLINE_NODE, "--fields", JSON.stringify({ user_id: USER })],
    ])
      expect(await rainhooks(["trigger", ...event])).toMatchObject({ code: 0 });
    const state = () => fromCommand(["nodes", "--offline"]);
    await eventually(state, ({ nodes = [] }) => nodes.some((node) => node.nodeId === OFFLINE_NODE));
    const alerts = () => rainhooks(["alerts", nodeId]);
    await eventually(alerts, ({ out }) => out.includes("too dark"));
    const deadLetters = () => rainhooks(["dlq", "--check"]);
    await eventually(deadLetters, ({ code }) => code === 1);
    await eventually(
      () => waitingRecords(running.stage),
      (count) => count === 0,
    );
  }

  async function sampleFleet() {
    const { dynamodb: client } = localClients(running.stage.endpoint);
    const tables = {
      tableName: deployedName("local", nodeStatusTable.name),
      samplesTableName: deployedName("local", fleetSamplesTable.name),
    };
    expect(
      await takeSample({ client, ...tables, nowMs: Date.now(), countAllEveryMs: 0 }),
    ).toMatchObject({
      all: expect.any(Number),
    });
  }

  const rainhooks = (args: readonly string[]) => runCommand([...args, "--data", running.dataDir]);

  async function fromCommand(args: readonly string[]): Promise<Response> {
    const { code, out, err } = await rainhooks([...args, "--json"]);
    expect([args, code, err]).toEqual([args, 0, ""]);
    return JSON.parse(out);
  }

  async function fromApi(path: string): Promise<Response> {
    const response = await fetch(`${running.stage.apiUrl}${path}`);
    expect([path, response.status]).toEqual([path, 200]);
    return (await response.json()) as Response;
  }

  /** Returns the node that has the series of numbers with the most points. */
  async function findSeries() {
    const found = [];
    for (const { nodeId: id } of (await fromApi("/v1/nodes")).nodes ?? []) {
      const response = await fetch(`${running.stage.apiUrl}/v1/nodes/${id}/series`);
      const { series = [] } = (await response.json()) as Response;
      for (const { name } of series.filter(({ dataType }) => dataType === "float")) {
        const { values = [] } = await fromApi(
          `/v1/nodes/${id}/values?series=${encodeURIComponent(name)}`,
        );
        found.push({ nodeId: id, seriesName: name, points: values.length });
      }
    }
    const [longest] = found.sort((a, b) => b.points - a.points);
    if (longest === undefined || longest.points < 3)
      throw new Error("The fleet has no series with three points.");
    return longest;
  }

  const values = (flags: readonly string[], query: string): Asked => ({
    args: ["series", nodeId, seriesName, "--to", end, ...flags],
    path: `/v1/nodes/${nodeId}/values?series=${encodeURIComponent(seriesName)}&to=${end}${query}`,
  });

  test.each(dashboardQueries())(
    "the query API returns what the Grafana panel %j reads",
    async (_, { url, root_selector: root, columns }) => {
      const api = running.stage.apiUrl ?? "";
      const from = "1767225600000";
      const to = end;
      const values = {
        api,
        node: nodeId,
        series: seriesName,
        interval: "day",
        __from: from,
        __to: to,
      };
      const response = await fetch(withVariables(url, values));
      const body: unknown = await response.json();
      expect([response.status, body]).toEqual([200, body]);
      const rows = root === "" ? [body] : fieldOf(body, root);
      if (!Array.isArray(rows)) throw new Error(`There is no list ${root}.`);
      for (const { selector: field } of columns) {
        const found = rows.map((row) => fieldOf(row, field));
        // Of an empty list, such as that of alarms, the fields are compared with the document of
        // the API.
        if (found.length === 0) expect(await documentedFields(response.url, root)).toContain(field);
        else expect([field, found.some((value) => value !== undefined)]).toEqual([field, true]);
      }
    },
  );

  async function documentedFields(url: string, root: string): Promise<readonly string[]> {
    const document = (await (await fetch(`${running.stage.apiUrl}/v1/openapi.json`)).json()) as {
      paths: Record<
        string,
        { get: { responses: { 200: { content: Record<string, { schema: ListSchema }> } } } }
      >;
    };
    const { content } = document.paths[new URL(url).pathname]?.get.responses[200] ?? {};
    return Object.keys(
      content?.["application/json"]?.schema.properties[root]?.items.properties ?? {},
    );
  }

  test.each<[string, () => Asked]>([
    ["how many nodes there are", () => ({ args: ["count"], path: "/v1/node-counts" })],
    ["which nodes there are", () => ({ args: ["nodes"], path: "/v1/nodes" })],
    [
      "which nodes are offline, the newest first",
      () => ({
        args: ["nodes", "--offline", "--order", "newest", "--limit", "3"],
        path: "/v1/nodes?state=offline&order=newest&limit=3",
        expected: OFFLINE_NODE,
      }),
    ],
    ["how a node is", () => ({ args: ["node", nodeId], path: `/v1/nodes/${nodeId}` })],
    [
      "how a node was connected",
      () => ({
        args: ["timeline", nodeId, "--from", START, "--to", end, "--limit", "2"],
        path: `/v1/nodes/${nodeId}/timeline?from=${START}&to=${end}&limit=2`,
      }),
    ],
    [
      "which nodes have been offline for long",
      () => ({
        args: ["nodes", "--state", "offline", "--since-from", START, "--since-to", end],
        path: `/v1/nodes?state=offline&sinceFrom=${START}&sinceTo=${end}`,
        expected: OFFLINE_NODE,
      }),
    ],
    [
      "what alerts a node had",
      () => ({
        args: ["alerts", nodeId, "--from", START, "--to", end],
        path: `/v1/nodes/${nodeId}/alerts?from=${START}&to=${end}`,
        expected: "too dark",
      }),
    ],
    [
      "which nodes a user has",
      () => ({
        args: ["nodes", "--user", USER],
        path: `/v1/nodes?user=${USER}`,
        expected: OFFLINE_NODE,
      }),
    ],
    [
      "how the fleet was",
      () => ({
        args: ["fleet", "--from", START, "--to", end, "--every", "1w"],
        path: `/v1/fleet?from=${START}&to=${end}&every=1w`,
      }),
    ],
    ["how many nodes have which firmware", () => ({ args: ["firmware"], path: "/v1/firmware" })],
    [
      "which series a node has",
      () => ({ args: ["series", nodeId], path: `/v1/nodes/${nodeId}/series` }),
    ],
    ["what points a series has", () => values([], "")],
    [
      "what points a series has, backwards, three of them",
      () => values(["--newest-first", "--limit", "3"], "&newestFirst=true&limit=3"),
    ],
    [
      "what the hours of a series come to",
      () =>
        values(
          ["--aggregate", "avg", "--interval", "hour", "--timezone", "Asia/Kolkata"],
          "&aggregate=avg&interval=hour&timezone=Asia/Kolkata",
        ),
    ],
    [
      "how a series changed from day to day",
      () =>
        values(
          [
            "--aggregate",
            "latest",
            "--differential",
            "--reset-on-negative",
            "--week-start",
            "sunday",
          ],
          "&aggregate=latest&differential=true&resetOnNegative=true&weekStart=sunday",
        ),
    ],
  ])("the command line and the API return the same for %s", async (_, query) => {
    const { args, path, expected = "" } = query();
    const fromCli = await fromCommand(args);
    const fromHttp = await fromApi(path);
    // A small fleet is counted when it is asked for.
    const counted = expect.any(Number);
    const sameTime = (found: object) =>
      "countedAtMs" in found ? { ...found, countedAtMs: counted } : found;
    expect(fromCli).toEqual(sameTime(Object(fromHttp)));
    expect(JSON.stringify(fromCli).length).toBeGreaterThan(20);
    expect(JSON.stringify(fromCli)).toContain(expected);
  });

  it("the command line and the API continue from each other's pages", async () => {
    const first = await fromCommand(["nodes", "--limit", "5"]);
    const second = await fromApi(`/v1/nodes?limit=5&page=${first.next}`);
    expect(await fromCommand(["nodes", "--limit", "5", "--page", first.next ?? ""])).toEqual(
      second,
    );
    const third = await fromCommand(["nodes", "--limit", "5", "--page", second.next ?? ""]);
    const ids = [first, second, third].flatMap(({ nodes = [] }) =>
      nodes.map((node) => node.nodeId),
    );
    expect(new Set(ids).size).toBe(15);
  });

  it("both reject the page token of another query", async () => {
    const { next = "" } = await fromApi("/v1/nodes?limit=1");
    const { args, path } = values([], "");
    for (const [wrongArgs, wrongPath] of [
      [args, path],
      [["nodes", "--offline"], "/v1/nodes?state=offline"],
      [["nodes", "--order", "newest"], "/v1/nodes?order=newest"],
    ] as const) {
      const command = await rainhooks([...wrongArgs, "--page", next]);
      expect([command.code, command.err]).toEqual([
        2,
        expect.stringContaining("does not belong to this query"),
      ]);
      const api = await fetch(
        `${running.stage.apiUrl}${wrongPath}${wrongPath.includes("?") ? "&" : "?"}page=${next}`,
      );
      expect([api.status, (await api.json()) as object]).toMatchObject([
        400,
        { detail: command.err },
      ]);
    }
  });

  it("the commands print the fleet, its firmware and alerts of a node for people, safely", async () => {
    const body = {
      event_type: "rmaker.event.alert",
      timestamp: Date.now(),
      event_data: { node_id: nodeId, message_body: "\u001b[2J=too hot" },
    };
    await runCommand(["publish", "--data", running.dataDir], JSON.stringify(body));
    const alerts = () => rainhooks(["alerts", nodeId]);
    const { out } = await eventually(alerts, (finished) => finished.out.includes("=too hot"));
    expect(out).toMatch(/^at \(UTC\) +alert\n/);
    expect(out).toContain("\ufffd[2J=too hot");
    expect((await rainhooks(["alerts", nodeId, "--csv"])).out).toContain(",\ufffd[2J=too hot");
    expect((await rainhooks(["fleet"])).out).toMatch(
      /^at \(UTC\) +online {2}offline {2}unknown {2}all\n[-0-9]{10} /,
    );
    expect((await rainhooks(["fleet", "--csv"])).out).toMatch(
      /^atMs,online,offline,unknown,all,countedAtMs\n\d+,/,
    );
    expect((await rainhooks(["firmware", "--now"])).out).toMatch(
      /\d+ nodes, counted at .* \(just now\)$/,
    );
    const { nodes, groups } = JSON.parse(
      (await rainhooks(["drops", "--by", "type", "--from", "30d", "--json"])).out,
    );
    const sumOf = (name: string) =>
      groups.reduce(
        (sum: number, group: Readonly<Record<string, number>>) => sum + (group[name] ?? 0),
        0,
      );
    expect([sumOf("nodes"), sumOf("drops") > 0]).toEqual([nodes, true]);
    const [first] = groups;
    expect((await rainhooks(["drops", "--by", "type", "--from", "30d"])).out).toMatch(
      new RegExp(
        `^type +nodes +offline +drops +per node and day\\n${first.group ?? "\\(not known\\)"} `,
      ),
    );
    expect((await rainhooks(["drops", "--csv"])).out).toMatch(
      /^by,group,nodes,offline,drops,perNodeDay\nfirmware,/,
    );
    expect(await rainhooks(["drops", "--from", "60d"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("must be at most 30 days before the end."),
    });
    expect((await rainhooks(["firmware", "--csv"])).out).toMatch(
      /^kind,firmware,nodes,countedAtMs\nfirmware,/,
    );
    const none = await rainhooks(["fleet", "--to", "2020-01-01"]);
    expect(none).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^No samples in this time range\. .*$/),
    });
  });

  it("the commands print the nodes that are offline for longer than a time", async () => {
    const ids = async (...args: string[]) =>
      ((await fromCommand(["nodes", ...args])).nodes ?? []).map((node) => node.nodeId);
    const offline = await ids("--offline", "1s");
    expect(offline).toContain(OFFLINE_NODE);
    expect(offline).toEqual(await ids("--offline"));
    expect(await ids("--offline", "1w")).not.toContain(OFFLINE_NODE);
    expect(await rainhooks(["nodes", "--offline", "soon"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("It must be a duration"),
    });
    expect(await rainhooks(["nodes", "--offline", "1h", "--since-to", "1h"])).toMatchObject({
      code: 2,
      err: "Use --offline with a duration, or --since-to: not both.",
    });
  });

  it("the commands print every page, as lines of JSON or as one table of CSV", async () => {
    const whole = await fromApi("/v1/nodes?limit=1000");
    const lines = await rainhooks(["nodes", "--all", "--limit", "7", "--json"]);
    const pages = lines.out.split("\n").map((line): Response => JSON.parse(line));
    expect(pages.length).toBeGreaterThan(2);
    // Nodes that went offline just before are among the others, unless the list is one page.
    const byId = (nodes: readonly { readonly nodeId: string }[] = []) =>
      nodes.toSorted((one, other) => (one.nodeId < other.nodeId ? -1 : 1));
    expect(byId(pages.flatMap(({ nodes = [] }) => nodes))).toEqual(byId(whole.nodes));
    const csv = await rainhooks(["nodes", "--all", "--limit", "7", "--csv"]);
    const [header, ...rows] = csv.out.split("\n");
    expect(header).toMatch(/^node,state,sinceMs,/);
    expect(rows.map((row) => row.split(",")[0]).sort()).toEqual(
      byId(whole.nodes).map((node) => node.nodeId),
    );
  });

  it("the commands print a table without colours when there is no terminal, and mention further pages on standard error", async () => {
    const { out, err } = await rainhooks(["nodes", "--limit", "2"]);
    expect(out.split("\n")).toHaveLength(3);
    expect(out).not.toContain("\u001b");
    expect(err).toMatch(
      /^There are more results\. Use --page \S+ for the next page, or --all for everything\.$/,
    );
  });

  it("the commands read the archive: its objects, their content, and SQL queries", async () => {
    const found = async () =>
      JSON.parse((await rainhooks(["archive", "ls", "--json"])).out) as { key: string }[];
    const [first] = await eventually(found, ({ length }) => length > 0);
    const cat = await eventually(
      () => rainhooks(["archive", "cat", "--event", "node_connected", "--node", nodeId, "--body"]),
      ({ out }) => out !== "",
    );
    expect(cat.code).toBe(0);
    for (const line of cat.out.split("\n")) expect(line).toContain(nodeId);
    const object = await rainhooks(["archive", "cat", first?.key ?? ""]);
    expect(JSON.parse(object.out.split("\n")[0] ?? "")).toMatchObject({
      id: expect.any(String),
      body: expect.any(String),
    });
    const sql = `SELECT count(*) AS n FROM deliveries WHERE topic LIKE '%node_connected' AND body LIKE '%${nodeId}%'`;
    const query = await rainhooks(["archive", "query", sql, "--json"]);
    expect(JSON.parse(query.out)).toEqual([{ n: cat.out.split("\n").length }]);
  });

  test.each([
    "deliveries-per-topic-today",
    "events-of-a-node",
    "connections-per-node",
    "alerts-today",
    "deliveries-archived-twice",
  ])("the saved query %s runs unchanged, although it is written for Athena", async (name) => {
    const about = name === "events-of-a-node" ? ["--node", nodeId] : [];
    const { code, err, out } = await rainhooks([
      "archive",
      "query",
      "--saved",
      name,
      "--csv",
      ...about,
    ]);
    expect([code, err]).toEqual([0, ""]);
    if (name === "events-of-a-node") expect(out.split("\n").length).toBeGreaterThan(1);
    if (name === "connections-per-node")
      expect(out).toMatch(/^node_id,connects,disconnects\n\w+,\d+,\d+/);
  });

  it("a query of the archive cannot write to the archive", async () => {
    const file = join(
      running.dataDir,
      "objects",
      "buckets",
      "rainhooks-local-archive",
      "objects",
      "x.csv",
    );
    for (const [before, type] of [
      ["", "COPY"],
      ["EXPLAIN ANALYZE ", "EXPLAIN"],
    ]) {
      const sql = `${before}COPY (SELECT 1) TO '${file}'`;
      const { code, err } = await rainhooks(["archive", "query", sql]);
      expect([code, err]).toEqual([
        2,
        `The query failed: The archive is read-only: ${type} is not allowed, use SELECT.`,
      ]);
      expect(existsSync(file)).toBe(false);
    }
  });

  it("the commands show the resources of a stage", async () => {
    const stage = JSON.parse((await rainhooks(["stage", "--json"])).out);
    expect(stage).toMatchObject({
      stage: "local",
      functions: { "query-api": { trigger: "url", url: running.stage.apiUrl } },
      tables: { "node-status": "rainhooks-local-node-status" },
    });
    expect((await rainhooks(["stage"])).out).toContain(running.stage.apiUrl);
  });

  it("the dlq commands count, show and redrive dead letters, and let a script check whether there are any", async () => {
    const { queues } = JSON.parse((await rainhooks(["dlq", "--json"])).out);
    const { messages } = queues.find(
      ({ webhook }: { webhook: string }) => webhook === "time-series",
    );
    const shown = JSON.parse(
      (await rainhooks(["dlq", "show", "time-series", "--limit", "100", "--json"])).out,
    );
    expect(shown.letters).toHaveLength(messages);
    expect((await rainhooks(["dlq", "--check"])).code).toBe(1);
    const plan = await rainhooks(["dlq", "redrive", "time-series", "--dry-run"]);
    expect(plan.out).toMatch(
      new RegExp(`^${messages} of ${messages} dead letters would be moved back to `),
    );
    const none = await rainhooks(["dlq", "redrive", "time-series", "--only", "no-such-code"]);
    expect(none.out).toMatch(
      new RegExp(
        `^0 dead letters moved back to the queue of time-series, ${messages} not moved: \\d+ [a-z-]+`,
      ),
    );
    const all = await rainhooks(["dlq", "redrive", "time-series"]);
    // They cannot be decoded this time either.
    expect(all.out).toMatch(
      new RegExp(`^${messages} dead letters moved back to .*\n${messages} failed again\n`),
    );
    const isBack = async () =>
      JSON.parse((await rainhooks(["dlq", "show", "time-series", "--limit", "100", "--json"])).out)
        .letters.length === messages;
    await eventually(isBack, (back) => back);
  });
});
