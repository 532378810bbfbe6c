import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { eventually } from "@rainhooks/testing/eventually";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { FunctionProcess } from "../function-process.ts";

/**
 * A handler that runs one attempt, and returns its error and the operations of the operating system
 * that Node.js started for it: connects, lookups, queries to name servers and sent datagrams.
 */
const HANDLER = `
import { createHook } from "node:async_hooks";
import dgram from "node:dgram";
import dns, { lookup } from "node:dns";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { SQSClient, ListQueuesCommand } from "${import.meta.resolve("@aws-sdk/client-sqs")}";

const started = new Set();
const SYSTEM = /^(?:TCPCONNECTWRAP|PIPECONNECTWRAP|GETADDRINFOREQWRAP|GETNAMEINFOREQWRAP|QUERYWRAP|UDPSENDWRAP)$/;
createHook({ init: (_, type) => { if (SYSTEM.test(type)) started.add(type); } }).enable();

const get = (library, url) => new Promise((resolve, reject) => {
  library.get(url, (response) => response.resume().on("end", resolve)).on("error", reject);
});
const until = (emitter, event) => new Promise((resolve, reject) => { emitter.on(event, resolve).on("error", reject); });
const send = (...args) => new Promise((resolve, reject) => {
  const socket = dgram.createSocket("udp4");
  socket.send(...args, (error) => { socket.close(); error ? reject(error) : resolve(); });
});
const toThisMachine = (_, options, done) =>
  options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
const toOutside = (_, options, done) =>
  options.all ? done(null, [{ address: "192.0.2.1", family: 4 }]) : done(null, "192.0.2.1", 4);

const ATTEMPTS = {
  fetch: () => fetch("https://example.invalid/secret?key=1"),
  fetchAddress: () => fetch("http://192.0.2.1:8080/secret"),
  http: () => get(http, "http://user:password@192.0.2.1/secret"),
  https: () => get(https, "https://example.invalid:8443/secret"),
  http2: () => until(http2.connect("https://example.invalid"), "connect"),
  net: () => until(net.connect(25, "example.invalid"), "connect"),
  netBody: () => { const socket = net.connect(25, "192.0.2.1"); socket.write("secret"); return until(socket, "connect"); },
  tls: () => until(tls.connect({ host: "2001:db8::1", port: 443 }), "secureConnect"),
  ownRefusal: () => until(net.connect({ host: "refused.invalid", port: 25, lookup: (_, __, done) => done(new Error("my own refusal")) }), "connect"),
  ownLookupOfNoName: () => until(net.connect({ host: "refused.invalid", port: 25, lookup: toOutside }), "connect"),
  ownLookup: () => until(net.connect({ host: "localhost", port: 25, lookup: toOutside }), "connect"),
  sdk: () => new SQSClient({ region: "eu-west-1", maxAttempts: 1, credentials: { accessKeyId: "a", secretAccessKey: "b" },
    endpoint: "https://sqs.example.invalid" }).send(new ListQueuesCommand({})),
  lookup: () => promisify(lookup)("example.invalid"),
  lookupPromise: () => dns.promises.lookup("example.invalid"),
  resolve: () => promisify(dns.resolveTxt)("example.invalid"),
  resolver: () => new dns.promises.Resolver().resolve4("example.invalid"),
  reverse: () => dns.promises.reverse("192.0.2.1"),
  udp: () => send("secret", 53, "192.0.2.1"),
  udpPart: () => send(Buffer.from("secret"), 0, 6, 53, "example.invalid"),
  udpConnect: () => { const socket = dgram.createSocket("udp4"); socket.connect(53, "192.0.2.1"); return until(socket, "connect"); },
  worker: () => new Promise((resolve, reject) => {
    const code = "fetch('http://192.0.2.1/').catch(({ cause: { code, message } }) => require('node:worker_threads').parentPort.postMessage({ code, message }))";
    new Worker(code, { eval: true }).on("message", reject).on("error", resolve);
  }),
  local: (url) => fetch(url).then((response) => response.text()),
  localName: (url) => get(http, url.replace("127.0.0.1", "localhost")),
  localLookup: () => promisify(lookup)("localhost"),
};

export const handler = async ({ attempt, url }) => {
  started.clear();
  try {
    return { done: await ATTEMPTS[attempt](url) ?? null, started: [...started] };
  } catch (error) {
    const { code, message } = error.cause ?? error;
    return { code, message, started: [...started] };
  }
};`;

describe("a function of the local stage", () => {
  let folder: string;
  let lines: string[];
  let running: FunctionProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "outside-"));
    await writeFile(join(folder, "index.mjs"), HANDLER);
    lines = [];
    running = processOf({});
  });
  afterAll(async () => {
    await running.stop();
    await rm(folder, { recursive: true });
  });

  function processOf(environment: Record<string, string>, allowOutside = false): FunctionProcess {
    return new FunctionProcess({
      name: "test",
      bundleDir: folder,
      memoryMiB: 128,
      timeoutS: 20,
      environment,
      onLine: (line) => lines.push(line),
      allowOutside,
    });
  }

  async function attempt(name: string, url = ""): Promise<unknown> {
    const outcome = await running.invoke({ attempt: name, url });
    return outcome.kind === "result" ? outcome.result : outcome.error;
  }

  const blocked = () =>
    lines.flatMap((line) => {
      const fields = tryParseJson(line);
      return isJsonObject(fields) ? (fields["blocked"] ?? []) : [];
    });

  test.each([
    ["fetch", "ENETUNREACH", "example.invalid:443"],
    ["fetchAddress", "ENETUNREACH", "192.0.2.1:8080"],
    ["http", "ENETUNREACH", "192.0.2.1:80"],
    ["https", "ENETUNREACH", "example.invalid:8443"],
    ["http2", "ENETUNREACH", "example.invalid:443"],
    ["net", "ENETUNREACH", "example.invalid:25"],
    ["netBody", "ENETUNREACH", "192.0.2.1:25"],
    ["tls", "ENETUNREACH", "[2001:db8::1]:443"],
    ["sdk", "ENETUNREACH", "sqs.example.invalid:443"],
    ["lookup", "EAI_AGAIN", "example.invalid"],
    ["lookupPromise", "EAI_AGAIN", "example.invalid"],
    ["resolve", "EAI_AGAIN", "example.invalid"],
    ["resolver", "EAI_AGAIN", "example.invalid"],
    ["reverse", "EAI_AGAIN", "192.0.2.1"],
    ["udp", "ENETUNREACH", "192.0.2.1:53"],
    ["udpPart", "ENETUNREACH", "example.invalid:53"],
    ["udpConnect", "ENETUNREACH", "192.0.2.1:53"],
    ["worker", "ENETUNREACH", "192.0.2.1:80"],
    ["ownLookup", "ENETUNREACH", "192.0.2.1:25"],
    ["ownLookupOfNoName", "ENETUNREACH", "192.0.2.1:25"],
  ])(
    "a function is refused by %s before anything leaves the machine, and logs only host and port",
    async (name, code, to) => {
      lines.length = 0;
      expect(await attempt(name)).toMatchObject({
        code,
        message: expect.stringContaining(`${to}: blocked by the local stage`),
        started: [],
      });
      await eventually(blocked, (seen) => seen.length > 0);
      expect(blocked()).toEqual([to]);
      expect(lines.join("\n")).not.toMatch(/secret|password/);
    },
  );

  it("a function connects to this machine as usual", async () => {
    const server = createServer((_, response) => response.end("local"));
    const url = await listenOnLoopback(server);
    lines.length = 0;
    expect(await attempt("local", url)).toEqual({ done: "local", started: ["TCPCONNECTWRAP"] });
    expect(await attempt("localName", url)).toMatchObject({ done: null });
    expect(await attempt("localLookup")).toMatchObject({ done: { address: expect.any(String) } });
    server.close();
    expect(blocked()).toEqual([]);
  });

  it("a function gets the error of a library that has refused an address itself", async () => {
    lines.length = 0;
    expect(await attempt("ownRefusal")).toMatchObject({ message: "my own refusal", started: [] });
    expect(blocked()).toEqual([]);
  });
});

it("a stage with allowed connections does not restrict its functions", async () => {
  const folder = await mkdtemp(join(tmpdir(), "outside-"));
  await writeFile(
    join(folder, "index.mjs"),
    "export const handler = async () => process.execArgv;",
  );
  const argumentsOf = async (allowOutside: boolean) => {
    const one = new FunctionProcess({
      name: "test",
      bundleDir: folder,
      memoryMiB: 128,
      timeoutS: 20,
      environment: {},
      onLine: () => undefined,
      allowOutside,
    });
    const outcome = await one.invoke({});
    await one.stop();
    return outcome;
  };
  expect(await argumentsOf(false)).toMatchObject({ result: expect.arrayContaining(["--require"]) });
  expect(await argumentsOf(true)).toMatchObject({
    result: expect.not.arrayContaining(["--require"]),
  });
  await rm(folder, { recursive: true });
});
