import { expect, it } from "@jest/globals";
import { withoutNames } from "./diagnose.ts";

it("withoutNames leaves people, roles and secret addresses out of a report, and keeps names of a stage", () => {
  const text =
    "User: arn:aws:iam::123456789012:user/ann.lee is not authorized; ann.lee@example.com was told, https://hook.example/T0/secret failed";
  const queue = "arn:aws:sqs:us-east-1:123456789012:rainhooks-dev-hello";
  expect(
    withoutNames({
      texts: [text, queue],
      count: 1,
      assumed: "arn:aws-cn:sts::1:assumed-role/r/ann",
    }),
  ).toEqual({
    texts: ["User: … is not authorized; … was told, https://… failed", queue],
    count: 1,
    assumed: "…",
  });
});
