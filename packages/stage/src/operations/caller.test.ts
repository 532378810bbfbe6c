import { userInfo } from "node:os";
import { expect, it } from "@jest/globals";
import { startReceiver } from "@rainhooks/testing/receiver";
import type { StageAccess } from "../stage-access.ts";
import { callerAt } from "./caller.ts";

it("a caller is the user of this computer on a local stage, and on AWS who the credentials are", async () => {
  const local = { outputs: {}, local: { dataDir: "" } } as unknown as StageAccess;
  expect(await callerAt(local, "console").who()).toBe(`local user ${userInfo().username}`);
  const arns = [undefined, "arn:aws:iam::1:user/ann"];
  const sts = await startReceiver((_, response) => {
    const arn = arns.shift();
    response.writeHead(arn === undefined ? 403 : 200, { "content-type": "text/xml" });
    response.end(
      `<R><GetCallerIdentityResult>${arn === undefined ? "" : `<Arn>${arn}</Arn>`}</GetCallerIdentityResult></R>`,
    );
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  });
  const deployed = { outputs: { region: "eu-west-1" }, local: undefined } as unknown as StageAccess;
  // Asked for again after a failure, and then no more, through whichever door.
  await expect(callerAt(deployed, "console").who()).rejects.toThrow();
  for (const door of ["console", "terminal"] as const)
    expect(await callerAt(deployed, door).who()).toBe("arn:aws:iam::1:user/ann");
  expect(sts.requests).toHaveLength(2);
  await sts.stop();
});
