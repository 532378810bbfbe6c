import { expect, test } from "@jest/globals";
import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { refuseSource } from "./refuse-source.ts";

test("commands about RainMaker refuse a stage with another source, and say what it has not", () => {
  expect(() => refuseSource({ stage: "dev", source: undefined })).not.toThrow();
  for (const { name, refusal } of EXTENSIONS.flatMap(({ source }) => source ?? []))
    expect(() => refuseSource({ stage: "dev", source: name })).toThrow(
      `The events of stage dev come from ${refusal}`,
    );
  expect(() => refuseSource({ stage: "dev", source: "gone" })).toThrow(
    "The events of stage dev come from gone, a source that this version of Rainhooks does not know.",
  );
});
