import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  type ServiceCall,
  type ServiceResponse,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import { fileSecretStore } from "./file-store.ts";
import { ssmSecretStore } from "./ssm-store.ts";

describe("secrets in a folder", () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "rainhooks-secrets-"));
    path = join(folder, "secrets");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("secrets in a folder are there for another process, and only the user can read them", async () => {
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
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await stat(join(path, "__proto__.json"))).mode & 0o777).toBe(0o600);
    expect(await readdir(path)).toEqual(["__proto__.json"]);
  });

  it("secrets in a folder survive many changes at once, and each is whole", async () => {
    const store = fileSecretStore(path);
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all([
      ...texts.map((text, index) => store.put(`d${index}`, text)),
      ...texts.map((text) => store.put("one", text)),
    ]);
    expect(await readdir(path)).toHaveLength(21);
    expect(await store.get("d19")).toBe(texts[19]);
    expect(texts).toContain(await store.get("one"));
  });

  it("secrets in a folder are in no other folder, whatever their id is", async () => {
    await fileSecretStore(path).put("../outside", "hidden");
    expect(await readdir(folder)).toEqual(["secrets"]);
    expect(await fileSecretStore(path).get("../outside")).toBe("hidden");
  });

  it("a file that others could read is replaced by one that only the user can", async () => {
    await mkdir(path);
    await writeFile(join(path, "a.json"), "b", { mode: 0o644 });
    await fileSecretStore(path).put("a", "c");
    expect((await stat(join(path, "a.json"))).mode & 0o777).toBe(0o600);
  });

  it("secrets in a folder that cannot be read or written cause an error without them", async () => {
    await writeFile(path, "hidden");
    const store = fileSecretStore(path);
    const unavailable = {
      code: "secret-unavailable",
      message: expect.not.stringContaining("hidden"),
    };
    for (const call of [() => store.get("a"), () => store.put("a", "hidden")])
      await expect(call()).rejects.toMatchObject(unavailable);
  });
});

describe("secrets in SSM", () => {
  let stop: () => Promise<void> = async () => undefined;
  afterEach(() => stop());

  async function storeWith(respond: (call: ServiceCall) => ServiceResponse) {
    const service = await startScriptedService(respond);
    stop = service.stop;
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const client = { endpoint: service.endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
    return { calls: service.calls, store: ssmSecretStore("/rainhooks/dev/destinations", client) };
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
      {
        action: "PutParameter",
        input: { Name, Value: "text", Type: "SecureString", Overwrite: true },
      },
      { action: "GetParameter", input: { Name, WithDecryption: true } },
      { action: "DeleteParameter", input: { Name } },
    ]);
  });

  it("secrets in SSM can be absent", async () => {
    const { store } = await storeWith(() => ({
      status: 400,
      body: { __type: "ParameterNotFound" },
    }));
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
    for (const call of [
      () => store.get("crm"),
      () => store.put("crm", "hidden"),
      () => store.remove("crm"),
    ])
      await expect(call()).rejects.toMatchObject(unavailable);
  });
});
