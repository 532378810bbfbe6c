import { gunzipSync, gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { deliveryOf } from "@rainhooks/testing/samples";
import { eraseLine } from "./erase-line.ts";
import { eraseObjects, type ObjectChanges } from "./erase-objects.ts";
import { NO_COUNTS } from "./erasure-store.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const anna: ErasureSubject = { kind: "user", id: "anna@example.com", also: [] };
const ALIAS = "rainhooks-erased-0123456789ab";

/** A version of an object; without bytes, a marker of its deletion. */
interface Version {
  readonly id: string;
  readonly bytes: Buffer | undefined;
  readonly storageClass: string | undefined;
}

interface Input {
  readonly Key: string;
  readonly VersionId?: string;
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
  readonly StartAfter?: string;
  readonly IfMatch?: string;
  readonly Body?: Buffer;
  readonly StorageClass?: string;
}

const failure = (name: string) => Object.assign(new Error(name), { name });

/** A bucket in memory that keeps all versions of its objects, and lists them in pages of two. */
class MemoryBucket {
  readonly client = new S3Client({
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  /** The newest version first. */
  readonly versions = new Map<string, Version[]>();
  /** Called before each call. What it throws, the call throws. */
  before: (command: string, input: Input) => void = () => undefined;
  /** Some services begin a list with the key after which it shall begin. */
  beginsWithMarker = false;
  #ids = 0;

  constructor() {
    this.client.middlewareStack.add(
      (_next, { commandName = "" }) =>
        async ({ input }) => {
          this.before(commandName, Object(input));
          return { response: {}, output: this.#perform(commandName, Object(input)) };
        },
      { step: "initialize" },
    );
  }

  put(key: string, bytes: Buffer | undefined, storageClass?: string): void {
    this.#ids += 1;
    const own = this.versions.get(key) ?? [];
    this.versions.set(key, [{ id: `v${this.#ids}`, bytes, storageClass }, ...own]);
  }

  delete(key: string, id: string): void {
    this.versions.set(
      key,
      (this.versions.get(key) ?? []).filter((one) => one.id !== id),
    );
  }

  #perform(command: string, input: Input) {
    if (command === "ListObjectVersionsCommand") return this.#listVersions(input);
    if (command === "ListObjectsV2Command") return this.#list(input);
    const [newest, ...older] = this.versions.get(input.Key) ?? [];
    if (command === "DeleteObjectCommand") return this.delete(input.Key, input.VersionId ?? "");
    if (command === "PutObjectCommand") {
      if (newest?.bytes === undefined) throw failure("NoSuchKey");
      if (input.IfMatch !== newest.id) throw failure("PreconditionFailed");
      return this.put(input.Key, input.Body, input.StorageClass);
    }
    const { VersionId } = input;
    const found =
      VersionId === undefined ? newest : [newest, ...older].find((one) => one?.id === VersionId);
    if (found?.bytes === undefined)
      throw failure(VersionId === undefined ? "NoSuchKey" : "NoSuchVersion");
    const { id, bytes } = found;
    return Object({ ETag: id, VersionId: id, Body: { transformToByteArray: async () => bytes } });
  }

  #listVersions({ KeyMarker = "", VersionIdMarker }: Input) {
    const all = [...this.versions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([Key, versions]) =>
        versions.map(({ id, bytes, storageClass }, index) => ({
          Key,
          VersionId: id,
          IsLatest: index === 0,
          StorageClass: storageClass,
          isDeleted: bytes === undefined,
        })),
      );
    const marker = all.findIndex(
      ({ Key, VersionId }) => Key === KeyMarker && VersionId === VersionIdMarker,
    );
    const isAfter = ({ Key }: { Key: string }) =>
      Key > KeyMarker || (this.beginsWithMarker && Key === KeyMarker);
    const rest = marker === -1 ? all.filter(isAfter) : all.slice(marker + 1);
    const page = rest.slice(0, 2);
    return {
      Versions: page.filter(({ isDeleted }) => !isDeleted),
      IsTruncated: rest.length > 2,
      NextKeyMarker: page.at(-1)?.Key,
      NextVersionIdMarker: page.at(-1)?.VersionId,
    };
  }

  #list({ StartAfter = "" }: Input) {
    const newest = [...this.versions].flatMap(([Key, [one]]) =>
      one?.bytes === undefined || Key <= StartAfter
        ? []
        : [{ Key, StorageClass: one.storageClass }],
    );
    return { Contents: newest.sort((a, b) => (a.Key < b.Key ? -1 : 1)) };
  }

  /** Returns who is in each version of an object, the newest first. */
  peopleIn(key: string): string[] {
    return (this.versions.get(key) ?? []).map(({ bytes }) =>
      bytes === undefined
        ? "deleted"
        : textOf(bytes).split("\n").filter(Boolean).map(userIn).join(),
    );
  }
}

const isZipped = (bytes: Buffer) => bytes[0] === 0x1f;
const textOf = (bytes: Buffer) => String(isZipped(bytes) ? gunzipSync(bytes) : bytes);
const userIn = (line: string): string => JSON.parse(JSON.parse(line).body).event_data.user_id;

const alertOf = (user_id: string) =>
  JSON.stringify(
    deliveryOf({ event_type: "rmaker.event.alert", event_data: { node_id: "n", user_id } }),
  );
const ofUsers = (...users: string[]) =>
  gzipSync(`${users.map((one) => alertOf(one)).join("\n")}\n`);
const keyOf = (hour: number) => `deliveries/2026/11/24/${String(hour).padStart(2, "0")}/a.gz`;
const A = anna.id;

describe("versions of objects of an archive", () => {
  let stored: MemoryBucket;
  let isVersioned: boolean;
  let done: string[];

  beforeEach(() => {
    stored = new MemoryBucket();
    isVersioned = true;
    done = [];
  });

  const changes: ObjectChanges = {
    onDropped: async () => undefined,
    onDone: async (key) => {
      done.push(key);
    },
  };

  function erase(after?: string) {
    const renaming = { names: namesOf(anna), alias: ALIAS };
    const bucket = { client: stored.client, bucket: "archive", isVersioned };
    return eraseObjects({ bucket, eraseLine: (line) => eraseLine(line, renaming) }, changes, after);
  }

  it("an erasure takes its subject out of every version: the newest is written again, older ones go", async () => {
    stored.put(keyOf(0), ofUsers(A));
    stored.put(keyOf(1), ofUsers("ben"));
    for (const user of [A, "ben", A, "eva", A]) stored.put(keyOf(2), ofUsers(user));
    for (const user of ["ben", A, "eva"]) stored.put(keyOf(3), ofUsers(user, user));
    stored.put(keyOf(4), ofUsers(A));
    stored.put(keyOf(4), undefined);
    const counts = await erase();
    expect(counts).toEqual({ ...NO_COUNTS, objects: 11, rewritten: 2, changed: 2, versions: 4 });
    expect([0, 1, 2, 3, 4].map((hour) => stored.peopleIn(keyOf(hour)))).toEqual([
      [ALIAS],
      ["ben"],
      [ALIAS, "eva", "ben"],
      ["eva,eva", "ben,ben"],
      ["deleted"],
    ]);
    expect(await erase()).toEqual({ ...NO_COUNTS, objects: 7 });
  });

  it.each([true, false])(
    "an erasure that resumes leaves the objects up to its place (versions: %s)",
    async (one) => {
      isVersioned = one;
      for (const beginsWithMarker of [false, true]) {
        stored.beginsWithMarker = beginsWithMarker;
        for (const hour of [0, 1, 2]) stored.put(keyOf(hour), ofUsers(A));
        expect(await erase(keyOf(1))).toMatchObject({ objects: beginsWithMarker && one ? 2 : 1 });
        expect([0, 1, 2].map((hour) => stored.peopleIn(keyOf(hour))[0])).toEqual([A, A, ALIAS]);
      }
    },
  );

  it("an erasure finds its subject in what another one has written since the object was listed", async () => {
    stored.put(keyOf(0), ofUsers(A));
    stored.before = (command) => {
      if (command !== "GetObjectCommand") return;
      stored.before = () => undefined;
      stored.put(keyOf(0), ofUsers(A, "eva"));
      stored.delete(keyOf(0), "v1");
    };
    expect(await erase()).toEqual({ ...NO_COUNTS, objects: 1, rewritten: 1, changed: 1 });
    expect(stored.peopleIn(keyOf(0))).toEqual([`${ALIAS},eva`]);
  });

  it.each([true, false])(
    "an erasure goes on if an object is gone since it was listed (versions: %s)",
    async (one) => {
      isVersioned = one;
      for (const hour of [0, 1]) stored.put(keyOf(hour), ofUsers(A));
      stored.put(keyOf(0), ofUsers("ben"));
      stored.before = (command, { Key }) => {
        if (command === "GetObjectCommand" && Key === keyOf(0)) stored.versions.delete(keyOf(0));
      };
      expect(await erase()).toEqual({
        ...NO_COUNTS,
        objects: one ? 3 : 2,
        rewritten: 1,
        changed: 1,
      });
      expect([stored.peopleIn(keyOf(0)), stored.peopleIn(keyOf(1))[0]]).toEqual([[], ALIAS]);
    },
  );

  it.each(["GetObjectCommand", "PutObjectCommand"])(
    "an erasure fails if S3 refuses its %s",
    async (refused) => {
      stored.put(keyOf(0), ofUsers(A));
      stored.before = (command) => {
        if (command === refused) throw failure("AccessDenied");
      };
      await expect(erase()).rejects.toThrow("AccessDenied");
      expect([stored.peopleIn(keyOf(0)), done]).toEqual([[A], []]);
    },
  );

  it.each(["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"])(
    "an erasure counts a write once that was made although S3 said %s",
    async (name) => {
      stored.put(keyOf(0), ofUsers(A, "eva"));
      stored.before = (command, { Key, Body }) => {
        if (command !== "PutObjectCommand") return;
        stored.put(Key, Body);
        throw failure(name);
      };
      expect(await erase()).toEqual({ ...NO_COUNTS, objects: 1, rewritten: 1, changed: 1 });
      expect(stored.peopleIn(keyOf(0))).toEqual([`${ALIAS},eva`]);
    },
  );

  it("an erasure does not bring back what another process has removed from an object meanwhile", async () => {
    stored.put(keyOf(0), ofUsers("ben", A, "eva"));
    stored.before = (command) => {
      if (command !== "PutObjectCommand") return;
      stored.before = () => undefined;
      stored.put(keyOf(0), ofUsers(A, "eva"));
      stored.delete(keyOf(0), "v1");
    };
    expect(await erase()).toEqual({ ...NO_COUNTS, objects: 1, rewritten: 1, changed: 1 });
    expect(stored.peopleIn(keyOf(0))).toEqual([`${ALIAS},eva`]);
  });

  it("an erasure reports an object that changes all the time", async () => {
    stored.put(keyOf(0), ofUsers(A));
    let writes = 0;
    stored.before = (command) => {
      if (command !== "PutObjectCommand") return;
      writes += 1;
      stored.put(keyOf(0), ofUsers(A, `${writes}`));
    };
    await expect(erase()).rejects.toMatchObject({
      code: "write-conflict",
      message: expect.stringContaining(`The object ${keyOf(0)} changes all the time`),
    });
    expect([writes, done]).toEqual([5, []]);
  });

  it("an erasure writes an object in its format and storage class, and leaves a broken one", async () => {
    const broken = gzipSync("{}").subarray(0, 12);
    const line = alertOf(A);
    stored.put("deliveries/plain", Buffer.from(line), "GLACIER_IR");
    stored.put("deliveries/zipped", ofUsers(A));
    stored.put("deliveries/broken", broken);
    expect(await erase()).toEqual({
      ...NO_COUNTS,
      objects: 3,
      rewritten: 2,
      changed: 2,
      unreadable: 1,
    });
    const newest = (name: string) => stored.versions.get(`deliveries/${name}`)?.[0];
    const plain = newest("plain");
    const zipped = newest("zipped");
    expect(plain).toMatchObject({
      storageClass: "GLACIER_IR",
      bytes: Buffer.from(line.replace(A, ALIAS)),
    });
    expect(zipped?.storageClass).toBeUndefined();
    expect(zipped?.bytes?.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    expect(newest("broken")?.bytes).toBe(broken);
  });
});
