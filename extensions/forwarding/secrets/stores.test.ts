import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type ServiceAnswer,
  type ServiceCall,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import { fileSecretStore } from "./file-store.ts";
import { ssmSecretStore } from "./ssm-store.ts";

describe("secrets in a file", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "rainhooks-secrets-"));
    path = join(folder, "secrets.json");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("secrets in a file are there for another process, and only the user can read them", async () => {
    const store = fileSecretStore(path);
    expect(await store.get("crm")).toBeUndefined();
    await store.remove("crm");
    await store.put("crm", "one");
    await store.put("crm", "two");
    await store.put("__proto__", "three");
    expect(await fileSecretStore(path).get("crm")).toBe("two");
    expect(await fileSecretStore(path).get("__proto__")).toBe("three");
    expect(await store.get("toString")).toBeUndefined();
    await fileSecretStore(path).remove("crm");
    expect(await store.get("crm")).toBeUndefined();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["secrets.json"]);
  });

  it("secrets in a file survive many changes at once", async () => {
    const store = fileSecretStore(path);
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.put(`d${index}`, String(index))));
    expect(await store.get("d19")).toBe("19");
    expect(Object.keys(JSON.parse(await readFile(path, "utf8")))).toHaveLength(20);
  });

  it("secrets in a file survive changes by several processes, also after a process that ended while it wrote", async () => {
    const program = new URL("../testing/put-secrets.ts", import.meta.url);
    const processes = Array.from({ length: 4 }, () => fork(program));
    for (let round = 0; round < 20; round += 1) {
      const own = join(folder, `${round}.json`);
      const left = `${own}.lock.left`;
      await writeFile(left, "");
      const longAgoS = Date.now() / 1000 - 60;
      await utimes(left, longAgoS, longAgoS);
      await Promise.all(
        processes.map(async (one) => {
          one.send(own);
          await once(one, "message");
        }),
      );
      expect(Object.keys(JSON.parse(await readFile(own, "utf8")))).toHaveLength(12);
    }
    expect((await readdir(folder)).filter((name) => !name.endsWith(".json"))).toEqual([]);
    for (const one of processes) one.disconnect();
    await Promise.all(processes.map((one) => once(one, "exit")));
  });

  it("protect a file that others could read", async () => {
    await writeFile(path, '{"a":"b"}', { mode: 0o644 });
    await fileSecretStore(path).put("c", "d");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await fileSecretStore(path).get("a")).toBe("b");
  });

  it("secrets in a file are not overwritten if they cannot be read, and later changes succeed again", async () => {
    await writeFile(path, "hidden");
    const store = fileSecretStore(path);
    const unreadable = { code: "secret-unavailable", message: expect.not.stringContaining("hidden") };
    await expect(store.get("a")).rejects.toMatchObject(unreadable);
    await expect(store.put("a", "b")).rejects.toMatchObject(unreadable);
    expect(await readFile(path, "utf8")).toBe("hidden");
    await rm(path);
    await mkdir(path);
    await expect(store.get("a")).rejects.toMatchObject({ code: "secret-unavailable" });
    await rm(path, { recursive: true });
    await store.put("a", "b");
    expect(await store.get("a")).toBe("b");
  });
});

describe("secrets in SSM", () => {
  let stop: () => Promise<void> = async () => undefined;
  afterEach(() => stop());

  async function storeWith(answer: (call: ServiceCall) => ServiceAnswer, keyId?: string) {
    const service = await startScriptedService(answer);
    stop = service.stop;
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const client = { endpoint: service.endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
    const key = keyId === undefined ? {} : { keyId };
    return {
      calls: service.calls,
      store: ssmSecretStore({ prefix: "/rainhooks/dev/destinations", client, ...key }),
    };
  }

  it("secrets in SSM are SecureStrings under the prefix", async () => {
    const { calls, store } = await storeWith(({ action }) => ({
      body: action === "GetParameter" ? { Parameter: { Value: "text" } } : {},
    }));
    await store.put("crm", "text");
    expect(await store.get("crm")).toBe("text");
    await store.remove("crm");
    const Name = "/rainhooks/dev/destinations/crm";
    expect(calls).toEqual([
      { action: "PutParameter", input: { Name, Value: "text", Type: "SecureString", Overwrite: true } },
      { action: "GetParameter", input: { Name, WithDecryption: true } },
      { action: "DeleteParameter", input: { Name } },
    ]);
  });

  it("secrets in SSM can have their own KMS key", async () => {
    const { calls, store } = await storeWith(() => ({ body: {} }), "alias/mine");
    await store.put("crm", "text");
    expect(calls[0]?.input).toMatchObject({ KeyId: "alias/mine" });
  });

  it("secrets in SSM can be absent", async () => {
    const { store } = await storeWith(() => ({ status: 400, body: { __type: "ParameterNotFound" } }));
    expect(await store.get("crm")).toBeUndefined();
    await store.remove("crm");
  });

  it("secrets that SSM does not return cause an error that does not contain them", async () => {
    const { store } = await storeWith(() => ({
      status: 400,
      body: { __type: "AccessDenied", message: "no" },
    }));
    const unavailable = {
      code: "secret-unavailable",
      message: "Parameter /rainhooks/dev/destinations/crm of SSM cannot be read or written: no",
    };
    for (const call of [() => store.get("crm"), () => store.put("crm", "hidden"), () => store.remove("crm")])
      await expect(call()).rejects.toMatchObject(unavailable);
  });
});
