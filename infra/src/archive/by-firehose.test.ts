import { describe, expect, it } from "@jest/globals";
import { resources } from "@rainhooks/stack/stack-json";
import { variant } from "../testing/variant.ts";

describe("a webhook whose messages SNS writes to Firehose itself", () => {
  const straight = variant({
    functions: { archive: { delivery: "firehose", filterPolicy: { node_id: ["n1"] } } },
  });
  const ofArchive = (type: string) => resources(straight, type).filter(([id]) => id.startsWith("archive_"));

  it("the webhook has neither function nor queue, but its stream, bucket and dead-letter queue", () => {
    expect(ofArchive("aws_lambda_function")).toEqual([]);
    expect(ofArchive("aws_lambda_event_source_mapping")).toEqual([]);
    expect(ofArchive("aws_sqs_queue").map(([, { name }]) => name)).toEqual([
      "rainhooks-dev-archive-dead-letters",
    ]);
    expect(resources(straight, "aws_kinesis_firehose_delivery_stream")).toHaveLength(1);
  });

  it("the webhook has subscriptions with a role that may write to its stream only, and only SNS may assume the role", () => {
    const subscriptions = ofArchive("aws_sns_topic_subscription");
    expect(subscriptions).toHaveLength(19);
    for (const [, subscription] of subscriptions)
      expect(subscription).toMatchObject({
        protocol: "firehose",
        endpoint: expect.stringMatching(/^\$\{aws_kinesis_firehose_delivery_stream\./),
        subscription_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.archive_role/),
        redrive_policy: expect.stringContaining("archive_dead-letters"),
        filter_policy: '{"node_id":["n1"]}',
        depends_on: expect.arrayContaining([expect.stringMatching(/^aws_iam_role_policy\.archive_/)]),
      });
    const [[, role] = ["", {}]] = ofArchive("aws_iam_role");
    expect(role).toMatchObject({ name: "rainhooks-dev-archive-subscription" });
    expect(JSON.parse(String(role["assume_role_policy"])).Statement).toEqual([
      { Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    const [[, granted] = ["", {}]] = ofArchive("aws_iam_role_policy");
    const { Statement: statements } = JSON.parse(String(granted["policy"]));
    expect(statements).toHaveLength(1);
    expect(statements[0].Action.every((action: string) => action.startsWith("firehose:"))).toBe(true);
    expect(statements[0].Resource).toEqual([
      expect.stringMatching(/^\$\{aws_kinesis_firehose_delivery_stream\.[\w-]+\.arn\}$/),
    ]);
  });

  it("the webhook has alarms for dead letters and, in production, for silence of its stream", () => {
    const silent = variant({
      functions: { archive: { delivery: "firehose", alarms: { silentAfterHours: 2 } } },
    });
    const alarms = resources(silent, "aws_cloudwatch_metric_alarm").map(([, alarm]) => alarm);
    const names = alarms.map(({ alarm_name }) => alarm_name);
    expect(names).toContain("rainhooks-dev-archive-dead-letters");
    expect(names).not.toContain("rainhooks-dev-archive-late");
    expect(alarms.find(({ alarm_name }) => alarm_name === "rainhooks-dev-archive-silent")).toMatchObject({
      namespace: "AWS/Firehose",
      metric_name: "IncomingRecords",
      dimensions: { DeliveryStreamName: "rainhooks-dev-archive" },
    });
  });

  it.each([
    ["delivery", straight],
    ["archive.notifications", variant({ archive: { notifications: true } })],
  ])("the archive is read by Athena through a view, by %s", (_, synthesized) => {
    const tables = resources(synthesized, "aws_glue_catalog_table").map(([, table]) => table);
    const [lines, view] = ["lines", "deliveries"].map((name) => tables.find((one) => one["name"] === name));
    expect(JSON.stringify(lines)).toContain('"messageattributes","type":"map<string,struct<');
    expect(lines).toMatchObject({ table_type: "EXTERNAL_TABLE" });
    expect(view).toMatchObject({ table_type: "VIRTUAL_VIEW", parameters: { presto_view: "true" } });
    const [, text = ""] = /Presto View: (\S+) /.exec(String(view?.["view_original_text"])) ?? [];
    const columns = ["id", "sentatms", "topic", "attributes", "body", "hour"];
    expect(JSON.parse(Buffer.from(text, "base64").toString())).toMatchObject({
      originalSql: expect.stringMatching(/^SELECT coalesce\(id, messageid\) AS id.* FROM lines$/),
      schema: "rainhooks_dev_archive",
      columns: columns.map((name) => expect.objectContaining({ name })),
    });
  });
});
