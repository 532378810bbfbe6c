import { gunzipSync } from "node:zlib";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "@jest/globals";
import { s3Sink } from "./s3-sink.ts";

interface Put {
  readonly bucket: string | undefined;
  readonly key: string;
  readonly text: string;
}

/** A client that keeps what it is told to put, and fails where a test says. */
function keeping(fails: (put: Put) => boolean = () => false) {
  const puts: Put[] = [];
  const client = new Proxy(new S3Client({ region: "us-east-1" }), {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return async (command: PutObjectCommand) => {
        expect(command).toBeInstanceOf(PutObjectCommand);
        const { Bucket: bucket, Key = "", Body } = command.input;
        const put = { bucket, key: Key, text: gunzipSync(Body as Uint8Array).toString() };
        if (fails(put)) throw new Error("down");
        puts.push(put);
      };
    },
  });
  return { client, puts };
}

const items = ["first", "second", "third"].map((value, index) => ({ id: `i${index}`, value }));
const options = { bucket: "bucket", prefix: "deliveries/" };

describe("s3Sink", () => {
  it("puts items into one object, as gzipped lines of JSON", async () => {
    const { client, puts } = keeping();
    expect(await s3Sink({ ...options, client }).write(items)).toEqual([]);
    expect(puts).toEqual([
      {
        bucket: "bucket",
        key: expect.stringMatching(/^deliveries\/[0-9a-f]{32}\.ndjson\.gz$/),
        text: '"first"\n"second"\n"third"\n',
      },
    ]);
  });

  it("names an object by the ids of its items: the same ones replace themselves, and no others", async () => {
    const { client, puts } = keeping();
    const sink = s3Sink({ ...options, client });
    await sink.write(items);
    await sink.write(items.map(({ id }) => ({ id, value: "again" })));
    await sink.write(items.slice(1));
    await sink.write([
      { id: "i", value: 1 },
      { id: "0i1i2", value: 2 },
    ]);
    const [first, again, ...others] = puts.map(({ key }) => key);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it("spreads what is too much for one object over several, of which each may fail alone", async () => {
    const { client, puts } = keeping(({ text }) => text.includes("third"));
    const failures = await s3Sink({ ...options, client, objectBytes: 20 }).write(items);
    expect(puts.map(({ text }) => text)).toEqual(['"first"\n"second"\n']);
    expect(failures).toMatchObject([
      {
        id: "i2",
        error: {
          code: "sink-unavailable",
          permanent: false,
          message: expect.stringMatching(/^S3 bucket bucket did not take deliveries\/.*: down$/),
          cause: { message: "down" },
        },
      },
    ]);
  });

  it("fails an item that no object can hold, for good, and writes the others", async () => {
    const { client, puts } = keeping();
    const failures = await s3Sink({ ...options, client, objectBytes: 8 }).write(items);
    expect(failures.map(({ id, error }) => [id, error.code, error.permanent])).toEqual([
      ["i1", "item-too-large", true],
    ]);
    expect(puts).toHaveLength(2);
  });

  it("takes 64 MiB in one object", async () => {
    const { client, puts } = keeping();
    const large = ["a", "b"].map((id) => ({ id, value: "x".repeat(32 * 1024 * 1024 - 3) }));
    await s3Sink({ ...options, client }).write(large);
    expect(puts).toHaveLength(1);
  });
});
