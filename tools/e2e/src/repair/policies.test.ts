import { describe, expect, it, test } from "@jest/globals";
import { SHIPPED_CONTENTS } from "@rainhooks/infra/contents";
import { OPERATOR_TASKS, operatorStatements } from "@rainhooks/infra/policies/operator";
import { isAllowed } from "@rainhooks/infra/testing/is-allowed";
import { production } from "@rainhooks/infra/testing/stages";

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:123456789012:${resource}`;

describe("the operator who verifies or rebuilds", () => {
  const FUNCTIONS = { verify: "store-read", rebuild: "store-work" } as const;
  const lambdaOf = (name: string) => arn("lambda", `function:rainhooks-prod-${name}`);
  const tables = [
    "node-status",
    "node-status-b",
    "node-timeline",
    "time-series",
    "time-series-b",
  ].map((name) => arn("dynamodb", `table/rainhooks-prod-${name}`));

  test.each(["verify", "rebuild"] as const)(
    "the operator for %s may invoke the function of the stage, and no other",
    async (task) => {
      const statements = operatorStatements(production, SHIPPED_CONTENTS, [task]);
      const lambda = lambdaOf(FUNCTIONS[task]);
      const other = lambdaOf(FUNCTIONS[task === "verify" ? "rebuild" : "verify"]);
      expect(await isAllowed(statements, "lambda:InvokeFunction", lambda)).toBe(true);
      // The function reads and writes the tables.
      for (const table of tables)
        for (const action of ["dynamodb:Scan", "dynamodb:Query", "dynamodb:BatchWriteItem"])
          expect([table, action, await isAllowed(statements, action, table)]).toEqual([
            table,
            action,
            false,
          ]);
      for (const [action, resource] of [
        ["lambda:InvokeFunction", other],
        ["lambda:InvokeFunction", lambdaOf("archive")],
        ["lambda:InvokeFunction", arn("lambda", "function:rainhooks-dev-store-work")],
        ["lambda:GetFunction", lambda],
        ["lambda:UpdateFunctionCode", lambda],
        ["dynamodb:DescribeTable", arn("dynamodb", "table/rainhooks-prod-destinations")],
        ["s3:PutObject", "arn:aws:s3:::rainhooks-prod-archive-2026/work/job/file"],
      ] as const)
        expect([action, resource, await isAllowed(statements, action, resource)]).toEqual([
          action,
          resource,
          false,
        ]);
    },
  );

  it("the operator may invoke no function of a stage without store-read and store-work, and verifying needs no sizes of tables", () => {
    const stage = {
      ...production,
      functions: { "store-read": { deployed: false }, "store-work": { deployed: false } },
    };
    const statements = operatorStatements(stage, SHIPPED_CONTENTS, ["verify", "rebuild"]);
    expect(JSON.stringify(statements)).not.toContain("lambda:");
    const verifying = operatorStatements(production, SHIPPED_CONTENTS, ["verify"]);
    expect(JSON.stringify(verifying)).not.toContain("DescribeTable");
  });

  it("the operator who rebuilds is the only one who may invoke store-work", () => {
    for (const task of OPERATOR_TASKS.filter((one) => one !== "rebuild"))
      expect([
        task,
        JSON.stringify(operatorStatements(production, SHIPPED_CONTENTS, [task])),
      ]).toEqual([task, expect.not.stringContaining("store-work")]);
  });
});
