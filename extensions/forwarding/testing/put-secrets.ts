import { fileSecretStore } from "../secrets/file-store.ts";

/* A process that keeps secrets of its own in each file that it is told. */

process.on("message", async (path: string) => {
  const store = fileSecretStore(path);
  await Promise.all(["a", "b", "c"].map((name) => store.put(`${name}-${process.pid}`, name)));
  process.send?.("done");
});
