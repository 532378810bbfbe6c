import { access, readFile, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { chanceOf } from "@rainhooks/local/aws/chance";
import { publisherOf } from "@rainhooks/local/rainmaker/publisher";
import { type RunningRainmaker, startRainmaker } from "@rainhooks/local/rainmaker/start";
import { attempts } from "@rainhooks/testing/hostile";
import mqtt from "mqtt";

interface Result {
  readonly status: number;
  readonly body: string;
}

interface Attack {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/**
 * Sends one request unchanged; a connection closed by the server counts as a response with status
 * 0.
 */
function send(
  base: string,
  { method = "GET", path = "/", headers = {}, body }: Attack,
): Promise<Result> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const request = httpRequest({ hostname, port, method, path, headers }, (response) => {
      readText(response).then(
        (content) => resolve({ status: response.statusCode ?? 0, body: content }),
        () => resolve({ status: response.statusCode ?? 0, body: "" }),
      );
    });
    request.on("error", () => resolve({ status: 0, body: "" }));
    request.setTimeout(20_000, () => request.destroy());
    request.end(body);
  });
}

describe("the servers of a local stage, attacked", () => {
  let running: TestStage;
  let rainmaker: RunningRainmaker;
  let servers: readonly (readonly [name: string, base: string])[];
  const problems: string[] = [];

  beforeAll(async () => {
    running = await startTestStage();
    const { stage, dataDir } = running;
    rainmaker = await startRainmaker({
      publisher: publisherOf(stage),
      dataDir,
      casing: "pascal",
      onProblem: (problem) => problems.push(problem),
    });
    servers = [
      ["AWS endpoint", stage.endpoint],
      ["query API", stage.apiUrl],
      ["RainMaker", rainmaker.baseUrl],
    ];
    await stage.clients.s3.send(new CreateBucketCommand({ Bucket: "attacked" }));
    await stage.clients.s3.send(
      new PutObjectCommand({ Bucket: "attacked", Key: "kept", Body: "still here" }),
    );
  });
  afterAll(async () => {
    await rainmaker.stop();
    await running.stop();
  });

  /** Checks that everything still works, and returns the same as before. */
  async function expectUp(): Promise<void> {
    const { clients, apiUrl, endpoint } = running.stage;
    const { Topics = [] } = await clients.sns.send(new ListTopicsCommand({}));
    expect(Topics.length).toBeGreaterThan(15);
    expect((await send(apiUrl, { path: "/v1/node-counts" })).status).toBe(200);
    expect((await send(rainmaker.baseUrl, { path: "/v1/admin/event_filter" })).status).toBe(401);
    expect(await send(endpoint, { path: "/attacked/kept" })).toEqual({
      status: 200,
      body: "still here",
    });
    const client = await mqtt.connectAsync(rainmaker.mqttUrl, {
      clientId: "witness",
      reconnectPeriod: 0,
    });
    await client.publishAsync("node/witness/alert", "{}");
    await client.endAsync();
    expect(Object.hasOwn(Object.prototype, "params")).toBe(false);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  }

  const foreign: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["another host's name", { host: "evil.example" }],
    ["another host with a similar name", { host: "127.0.0.1.evil.example" }],
    ["another host, on our port", { host: "localhost.evil.example:80" }],
    ["another origin", { origin: "https://evil.example" }],
    ["another port's origin", { origin: "http://127.0.0.1:1" }],
    ["an opaque origin", { origin: "null" }],
    ["a cross-site request", { "sec-fetch-site": "cross-site" }],
    ["a same-site request", { "sec-fetch-site": "same-site" }],
  ];

  test.each(foreign)(
    "the servers reject %s for any request, and return no data",
    async (_, headers) => {
      for (const [, base] of servers) {
        const own = { "content-type": "text/plain", ...headers };
        for (const attack of [
          { path: "/" },
          { path: "/attacked/kept" },
          { path: "/v1/node-counts" },
          {
            method: "POST",
            path: "/attacked?delete",
            body: "<Delete><Object><Key>kept</Key></Object></Delete>",
          },
          { method: "DELETE", path: "/attacked/kept" },
          { method: "POST", path: "/", body: "Action=Publish&TopicArn=x&Message=y" },
          { method: "POST", path: "/v1/login", body: '{"user_name":"a","password":"b"}' },
          { method: "OPTIONS", path: "/" },
        ]) {
          const { status, body } = await send(base, { ...attack, headers: own });
          expect([status, body.includes("still here")]).toEqual([403, false]);
        }
      }
      await expectUp();
    },
  );

  it("the servers give no access to files outside their folders", async () => {
    const victim = join(running.dataDir, "victim");
    await writeFile(`${victim}.data`, "not to be touched");
    const climb = "../../../../victim";
    const encoded = encodeURIComponent(climb);
    const { endpoint } = running.stage;
    for (const path of [
      `/attacked/${climb}`,
      `/attacked/${encoded}`,
      `/attacked/${climb.replaceAll(".", "%2e")}`,
    ]) {
      for (const method of ["PUT", "GET", "HEAD", "DELETE"]) {
        const { body } = await send(endpoint, {
          method,
          path,
          ...(method === "PUT" ? { body: "overwritten" } : {}),
        });
        expect(body).not.toContain("not to be touched");
      }
    }
    const many = `<Delete><Object><Key>${climb}</Key></Object><Object><Key>a/../${climb}</Key></Object></Delete>`;
    await send(endpoint, { method: "POST", path: "/attacked?delete", body: many });
    await send(endpoint, {
      method: "PUT",
      path: "/attacked/copy",
      headers: { "x-amz-copy-source": `/attacked/${encoded}` },
    });
    expect(await readFile(`${victim}.data`, "utf8")).toBe("not to be touched");
    await expect(access(join(running.dataDir, "victim.meta.json"))).rejects.toThrow();
    await expectUp();
  });

  it("the servers survive names of members of Object.prototype", async () => {
    const credential = (service: string) =>
      `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=b`;
    for (const name of ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"]) {
      const headers = {
        authorization: credential(name),
        "x-amz-target": `DynamoDB_20120810.${name}`,
      };
      for (const [, base] of servers) {
        for (const service of [name, "dynamodb", "firehose", "sqs", "sns"]) {
          const own = {
            ...headers,
            authorization: credential(service),
            "content-type": "application/x-amz-json-1.0",
          };
          await send(base, { method: "POST", headers: own, body: `{"${name}":{"polluted":true}}` });
        }
        await send(base, { path: `/${name}`, method: name.slice(0, 3).toUpperCase() });
        await send(base, { path: `/v1/nodes/${name}` });
        await send(base, { path: `/v1/nodes/${name}/values?series=${name}&${name}=1` });
      }
      const client = await mqtt.connectAsync(rainmaker.mqttUrl, {
        clientId: name,
        reconnectPeriod: 0,
      });
      for (const topic of [name, "params/local", "config", "tsdata", "user/mapping", "otastatus"]) {
        await client.publishAsync(
          `node/${name}/${topic}`,
          `{"${name}":{"polluted":true},"__proto__":{"polluted":true}}`,
        );
      }
      await client.endAsync();
    }
    await expectUp();
  });

  it("the servers survive deep, huge and endless bodies", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const megabyte = Buffer.alloc(1024 * 1024, "x");
    for (const [, base] of servers) {
      for (const service of ["dynamodb", "firehose", "sqs", "sns", "s3", ""]) {
        const headers = {
          "content-type": "application/x-amz-json-1.0",
          authorization: `Credential=a/20260101/us-east-1/${service}/aws4_request`,
          "x-amz-target": "Firehose_20150804.PutRecordBatch",
        };
        await send(base, { method: "POST", headers, body: deep });
        const declared = { ...headers, "content-length": String(10 * 2 ** 30) };
        expect([0, 413]).toContain(
          (await send(base, { method: "POST", headers: declared, body: "x" })).status,
        );
        expect(await stream(base, headers, megabyte, 300)).toBeLessThan(100);
      }
    }
    await expectUp();
  });

  /**
   * Sends an endless body in chunks; returns how many the server accepted before it closed the
   * connection.
   */
  function stream(
    base: string,
    headers: Attack["headers"],
    part: Buffer,
    max: number,
  ): Promise<number> {
    const { hostname, port } = new URL(base);
    return new Promise((resolve) => {
      let sent = 0;
      const request = httpRequest({ hostname, port, method: "POST", headers: { ...headers } });
      const end = () => resolve(sent);
      request.on("error", end);
      request.on("close", end);
      request.on("response", (response) => response.resume().on("error", end));
      const write = () => {
        if (sent === max || request.destroyed) {
          request.destroy();
          return;
        }
        sent += 1;
        request.write(part, () => setImmediate(write));
      };
      write();
    });
  }

  it("the servers survive requests that are cut off", async () => {
    const body = '{"TableName":"none","Key":{"id":{"S":"1"}}}';
    for (const [, base] of servers) {
      const text = [
        "POST / HTTP/1.1",
        `host: ${new URL(base).host}`,
        "content-type: application/x-amz-json-1.0",
        "authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request",
        "x-amz-target: DynamoDB_20120810.GetItem",
        `content-length: ${body.length}`,
        "",
        body,
      ].join("\r\n");
      const lengths = Array.from({ length: 12 }, (_, index) =>
        Math.floor((text.length * index) / 11),
      );
      await Promise.all(lengths.map((length) => cutOff(base, text.slice(0, length))));
    }
    await expectUp();
  });

  /** Sends the beginning of a request, and ends the connection. */
  async function cutOff(base: string, text: string): Promise<void> {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    await new Promise<unknown>((resolve) => socket.write(text, resolve));
    // The server begins to read it.
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.resetAndDestroy();
  }

  it("the servers let a node read and publish only its own topics", async () => {
    problems.length = 0;
    const received: string[] = [];
    const spy = await mqtt.connectAsync(rainmaker.mqttUrl, { clientId: "spy", reconnectPeriod: 0 });
    spy.on("message", (topic) => received.push(topic));
    for (const topic of [
      "#",
      "node/#",
      "node/+/user/mapping",
      "node/secretive/#",
      "+/secretive/alert",
      "$SYS/#",
    ]) {
      await spy.subscribeAsync(topic).catch(() => undefined);
    }
    const own = await spy.subscribeAsync("node/spy/#");
    expect(own).toMatchObject([{ topic: "node/spy/#", qos: 0 }]);
    const node = await mqtt.connectAsync(rainmaker.mqttUrl, {
      clientId: "secretive",
      reconnectPeriod: 0,
    });
    await node.publishAsync(
      "node/secretive/user/mapping",
      '{"user_id":"u","secret_key":"a secret"}',
      {
        qos: 1,
      },
    );
    await spy.publishAsync("node/spy/alert", "{}", { qos: 1 });
    expect(received.filter((topic) => !topic.startsWith("node/spy/"))).toEqual([]);
    await spy.publishAsync("node/secretive/alert", "{}").catch(() => undefined);
    await node.endAsync();
    await expect(
      mqtt.connectAsync(rainmaker.mqttUrl, {
        clientId: "",
        reconnectPeriod: 0,
        connectTimeout: 2000,
      }),
    ).rejects.toThrow();
    await spy.endAsync(true).catch(() => undefined);
    const reported = problems.join("\n");
    expect(reported).toContain("refused a subscription of node spy to #");
    expect(reported).toContain("refused a message of node spy on node/secretive/alert");
    expect(reported).toContain("refused a client without an id");
    await expectUp();
  });

  it("the servers survive broken MQTT frames and endless packets", async () => {
    const { hostname, port } = new URL(rainmaker.mqttUrl);
    const frames = [
      Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x10, 0x00]),
      Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3]),
      Buffer.from([0xf0, 0x00]),
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Buffer.concat([
        Buffer.from([0x10, 0x0c, 0, 4]),
        Buffer.from("MQTT"),
        Buffer.from([9, 2, 0, 0, 0, 0]),
      ]),
      Buffer.alloc(100_000, 0xff),
    ];
    for (const frame of frames) {
      await new Promise<void>((resolve) => {
        const socket = connect({ host: hostname, port: Number(port) }, () => {
          socket.write(frame);
          setTimeout(() => socket.destroy(), 50);
        });
        socket.on("error", () => undefined);
        socket.on("close", () => resolve());
      });
    }
    const client = await mqtt.connectAsync(rainmaker.mqttUrl, {
      clientId: "large",
      reconnectPeriod: 0,
    });
    const ended = new Promise<void>((resolve) => client.once("close", () => resolve()));
    client.on("error", () => undefined);
    client.publish("node/large/alert", Buffer.alloc(5 * 1024 * 1024, "x"));
    await ended;
    await client.endAsync(true);
    await expectUp();
  });

  it("the servers survive thousands of random requests", async () => {
    const chance = chanceOf(20);
    const methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"];
    const words = [
      "v1",
      "nodes",
      "admin",
      "..",
      "%2e%2e",
      "%00",
      "%ff",
      "attacked",
      "kept",
      "?",
      "&",
      "=",
      "//",
      "login",
    ];
    const targets = [
      "DynamoDB_20120810.PutItem",
      "DynamoDB_20120810.Query",
      "AmazonSQS.SendMessage",
      "Firehose_20150804.PutRecord",
      ".",
      "",
    ];
    const bodies = [
      "",
      "{}",
      "[]",
      "null",
      "{",
      '{"TableName":1}',
      '{"TableName":"a","Key":{"a":{"S":1}}}',
      '{"QueueUrl":{}}',
      "<a>",
      "\u0000",
      "Action=Publish",
    ];
    const services = ["dynamodb", "sqs", "sns", "s3", "firehose", "none"];
    const path = () =>
      `/${Array.from({ length: chance.int(0, 5) }, () => chance.pick(words)).join(chance.pick(["/", ""]))}`;
    const attacks = Array.from({ length: attempts(1000, 10_000) }, (): [string, Attack] => {
      const [, base] = chance.pick(servers);
      const headers = {
        "x-amz-target": chance.pick(targets),
        "content-type": chance.pick([
          "application/json",
          "application/x-amz-json-1.0",
          "text/xml",
          "",
        ]),
        authorization: `Credential=a/20260101/us-east-1/${chance.pick(services)}/aws4_request`,
      };
      return [
        base,
        { method: chance.pick(methods), path: path(), headers, body: chance.pick(bodies) },
      ];
    });
    for (const some of chunk(attacks, 2000)) {
      await mapLimited(some, 16, ([base, attack]) => send(base, attack));
      await expectUp();
    }
  });
});
