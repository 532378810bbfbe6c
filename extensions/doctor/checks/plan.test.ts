import { expect, it } from "@jest/globals";
import type { Visit } from "../visit.ts";
import { plan } from "./plan.ts";

it("where the state of Terraform is not at hand, the commands for a plan are in the report", async () => {
  const stage = { outputs: { stage: "nowhere" } };
  const visit = { stage, prefix: "rainhooks-nowhere-" } as Partial<Visit> as Visit;
  const folder = "infra/cdktf.out/stacks/rainhooks-nowhere";
  expect(await plan.run(visit)).toEqual([
    {
      outcome: "not-checked",
      text: `the state of Terraform is not at hand here. Where it is: rainhooks synth, then terraform -chdir=${folder} init, then terraform -chdir=${folder} plan -lock=false`,
    },
  ]);
});
