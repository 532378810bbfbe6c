import { describe, expect, it } from "@jest/globals";
import { resources } from "@rainhooks/stack/stack-json";
import {
  defineFunction,
  type FunctionDefinition,
  triggeredBy,
} from "@rainhooks/webhook/define-function";
import { type StreamDescription, streamsOf } from "@rainhooks/webhook/resources";
import { SHIPPED_CONTENTS } from "../contents.ts";
import { synthesize } from "../synthesize.ts";
import { dev, production as prod } from "../testing/stages.ts";
import { variant } from "../testing/variant.ts";

const { stack } = synthesize(dev);
const production = synthesize(prod).stack;

/** Deletes what functions keep for a moment. */
const DELETE_WORK = {
  id: "delete-work",
  status: "Enabled",
  filter: [{ prefix: "work/" }],
  expiration: [{ days: 1 }],
  noncurrent_version_expiration: [{ noncurrent_days: 1 }],
  abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
};

describe("the archive", () => {
  const [[, stream] = ["", {}]] = resources(stack, "aws_kinesis_firehose_delivery_stream");

  it("the archive is written gzipped, by hour, with a separate folder and log for errors", () => {
    expect(stream).toMatchObject({
      name: "rainhooks-dev-archive",
      extended_s3_configuration: {
        prefix: "deliveries/!{timestamp:yyyy/MM/dd/HH}/",
        error_output_prefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/",
        compression_format: "GZIP",
        buffering_interval: 300,
        buffering_size: 64,
        cloudwatch_logging_options: { enabled: true },
      },
    });
  });

  it("the archive is a table with partition projection by hour", () => {
    const [[, table] = ["", {}]] = resources(stack, "aws_glue_catalog_table");
    expect(table["parameters"]).toMatchObject({
      "projection.enabled": "true",
      "projection.hour.format": "yyyy/MM/dd/HH",
      "projection.hour.range": "2026/11/25/00,NOW",
      "storage.location.template": expect.stringMatching(/\/deliveries\/\$\$\{hour\}\/$/),
    });
    const { columns } = table["storage_descriptor"] as { columns: { name: string }[] };
    expect(columns.map(({ name }) => name)).toEqual([
      "id",
      "sentatms",
      "topic",
      "attributes",
      "body",
    ]);
  });

  it("the archive has saved queries and a limit for scanned data", () => {
    const [[, workgroup] = ["", {}]] = resources(stack, "aws_athena_workgroup");
    expect(workgroup["configuration"]).toMatchObject({
      enforce_workgroup_configuration: true,
      bytes_scanned_cutoff_per_query: 10 * 1024 ** 3,
    });
    expect(resources(stack, "aws_athena_named_query").length).toBeGreaterThanOrEqual(5);
  });

  it("the archive is deleted with its objects only if the stage says so", () => {
    const bucket = (synthesized: ReturnType<typeof variant>) =>
      resources(synthesized, "aws_s3_bucket").find(([id]) =>
        id.startsWith("stream-archive_bucket"),
      )?.[1];
    expect(bucket(variant({ archive: { firstDay: "2026-11-25" } }))).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: false },
    });
    expect(
      bucket(variant({ archive: { firstDay: "2026-11-25", forceDestroy: true } })),
    ).toMatchObject({
      force_destroy: true,
    });
    expect(bucket(production)).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
  });

  it("the archive moves to cheaper storage classes with age", () => {
    expect(JSON.stringify(resources(stack, "aws_s3_bucket_lifecycle_configuration"))).toMatch(
      /"days":30,"storage_class":"STANDARD_IA".*"days":90,"storage_class":"GLACIER_IR"/,
    );
  });

  const rulesOf = (synthesized: ReturnType<typeof variant>) =>
    resources(synthesized, "aws_s3_bucket_lifecycle_configuration").find(([id]) =>
      id.startsWith("stream-archive_lifecycle"),
    )?.[1]["rule"];
  const coolDown = {
    id: "cool-down",
    status: "Enabled",
    filter: [{ prefix: "" }],
    transition: [
      { days: 30, storage_class: "STANDARD_IA" },
      { days: 90, storage_class: "GLACIER_IR" },
    ],
    noncurrent_version_expiration: [{ noncurrent_days: 30 }],
    abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
  };
  const deleteWork = ({ resources }: FunctionDefinition) =>
    Object.values(resources).some(({ kind }) => kind === "archive") ? [DELETE_WORK] : [];
  const ofWork = SHIPPED_CONTENTS.functions.flatMap(deleteWork).slice(0, 1);

  it("the archive deletes files of functions after a day, and deliveries only if the stage says so", () => {
    expect(rulesOf(stack)).toEqual([coolDown, ...ofWork]);
  });

  // S3 refuses a transition on or after the day of deletion.
  it.each([
    [30, 0],
    [31, 1],
    [90, 1],
    [91, 2],
  ])(
    "the archive deletes deliveries after %s days, and moves them %s times before",
    (days, moves) => {
      expect(
        rulesOf(variant({ archive: { firstDay: "2026-11-25", deleteAfterDays: days } })),
      ).toEqual([
        { ...coolDown, transition: coolDown.transition.slice(0, moves), expiration: [{ days }] },
        ...ofWork,
      ]);
    },
  );

  it("the archive is refused if its objects are deleted after a day", () => {
    const [archive] = triggeredBy(SHIPPED_CONTENTS.functions, "topics").filter(
      ({ name }) => name === "archive",
    );
    const others = SHIPPED_CONTENTS.functions.filter(({ name }) => name !== "archive");
    const [stream] = archive === undefined ? [] : streamsOf(archive);
    if (archive === undefined || stream === undefined)
      throw new Error("No webhook writes an archive.");
    const keeper = defineFunction({
      trigger: "invocation",
      name: "keeper",
      description: "Keeps files for a moment.",
      sameAs: archive.name,
      resources: { files: { kind: "archive", env: "FILES", folder: "work" } },
    });
    const synthesizeWith = (change: Partial<StreamDescription>) => {
      const use = {
        kind: "stream",
        env: "STREAM",
        stream: { ...stream, ...change },
        actions: [],
      } as const;
      return synthesize(dev, {
        ...SHIPPED_CONTENTS,
        functions: [...others, keeper, { ...archive, resources: { use } }],
      });
    };
    for (const change of [{ prefix: "work/!{timestamp:yyyy}/" }, { errorPrefix: "work/errors/" }])
      expect(() => synthesizeWith(change)).toThrow("objects below work/ are deleted after a day");
    expect(() => synthesizeWith({ prefix: "works/!{timestamp:yyyy}/" })).not.toThrow();
  });
});
