import { FirehoseClient } from "@aws-sdk/client-firehose";
import { afterEach, describe, expect, it } from "@jest/globals";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import {
  type ScriptedService,
  type ServiceCall,
  type ServiceResponse,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import { firehoseSink } from "./firehose-sink.ts";

interface RecordResponse {
  readonly RecordId?: string;
  readonly ErrorCode?: string;
}

function recordsOf(call: ServiceCall): string[] {
  return (call.input["Records"] as { Data: string }[]).map(({ Data }) =>
    Buffer.from(Data, "base64").toString(),
  );
}

function responseWith(responses: RecordResponse[]): ServiceResponse {
  const FailedPutCount = responses.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
  return { body: { FailedPutCount, RequestResponses: responses } };
}

describe("firehoseSink", () => {
  let service: ScriptedService;
  const pauses: number[] = [];

  async function sinkOn(
    respond: (call: ServiceCall, index: number) => ServiceResponse,
    recordBytes = 20,
  ) {
    service = await startScriptedService(respond);
    const client = new FirehoseClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
      maxAttempts: 1,
    });
    const sleep = async (ms: number) => {
      pauses.push(ms);
    };
    const retry = { ...DEFAULT_RETRY, attempts: 3, random: () => 1, sleep };
    return firehoseSink({ client, streamName: "archive", recordBytes, retry });
  }

  afterEach(async () => {
    pauses.length = 0;
    await service.stop();
  });

  const items = ["first", "second", "third"].map((value, index) => ({ id: `i${index}`, value }));

  it("firehoseSink packs items into records and names the stream", async () => {
    const sink = await sinkOn((call) =>
      responseWith(recordsOf(call).map(() => ({ RecordId: "r" }))),
    );
    expect(await sink.write(items)).toEqual([]);
    expect(service.calls).toHaveLength(1);
    expect(service.calls[0]?.input["DeliveryStreamName"]).toBe("archive");
    expect(service.calls.flatMap(recordsOf)).toEqual(['"first"\n"second"\n', '"third"\n']);
  });

  it("firehoseSink retries only the rejected records", async () => {
    const sink = await sinkOn((call, index) =>
      responseWith(
        recordsOf(call).map((_, at) =>
          index === 0 && at === 1 ? { ErrorCode: "ServiceUnavailableException" } : {},
        ),
      ),
    );
    expect(await sink.write(items)).toEqual([]);
    expect(service.calls.map(recordsOf)).toEqual([
      ['"first"\n"second"\n', '"third"\n'],
      ['"third"\n'],
    ]);
    expect(pauses).toEqual([50]);
  });

  it("firehoseSink reports only the items of a record that stays rejected, as temporary failures", async () => {
    const sink = await sinkOn((call) =>
      responseWith(
        recordsOf(call).map((data) =>
          data.includes("first") ? { ErrorCode: "ServiceUnavailableException" } : {},
        ),
      ),
    );
    const failures = await sink.write(items);
    expect(failures.map(({ id }) => id)).toEqual(["i0", "i1"]);
    expect(failures[0]?.error).toMatchObject({ code: "throttled", permanent: false });
    expect(failures[0]?.error.message).toContain("ServiceUnavailableException");
    expect(service.calls).toHaveLength(3);
  });

  it("firehoseSink names the stream, and the last reason from Firehose", async () => {
    const sink = await sinkOn((call, index) =>
      responseWith(
        recordsOf(call).map(() => ({
          ErrorCode: `Try${index}`,
          ...(index === 2 ? { ErrorMessage: "slow" } : {}),
        })),
      ),
    );
    const [failure] = await sink.write(items.slice(0, 1));
    expect(failure?.error.message).toBe("Firehose stream archive rejected a record: Try2: slow");
  });

  it("firehoseSink treats a reply without an entry for a record as success", async () => {
    const sink = await sinkOn(() => ({ body: { FailedPutCount: 0 } }));
    expect(await sink.write(items)).toEqual([]);
  });

  it("firehoseSink fills a record up to Firehose's maximum, even if a larger one is configured", async () => {
    const sink = await sinkOn((call) => responseWith(recordsOf(call).map(() => ({}))), 10_000_000);
    const line = 512_000;
    const large = ["a", "b", "c"].map((id) => ({ id, value: "x".repeat(line - 3) }));
    expect(await sink.write(large)).toEqual([]);
    expect(service.calls.flatMap(recordsOf).map(({ length }) => length)).toEqual([2 * line, line]);
  });

  it("firehoseSink reports every item when the service is down", async () => {
    const sink = await sinkOn(() => ({
      status: 500,
      body: { __type: "InternalFailure", message: "down" },
    }));
    const failures = await sink.write(items);
    expect(failures.map(({ id }) => id)).toEqual(["i0", "i1", "i2"]);
    expect(failures[0]?.error.message).toBe("Firehose stream archive rejected a record: down");
  });

  it("firehoseSink fails an item that is too large for a record, permanently, and writes the others", async () => {
    const sink = await sinkOn((call) => responseWith(recordsOf(call).map(() => ({}))));
    const failures = await sink.write([...items, { id: "big", value: "x".repeat(50) }]);
    const message = "Item big has 53 bytes, the maximum is 20.";
    expect(failures).toMatchObject([
      { id: "big", error: { code: "item-too-large", permanent: true, message } },
    ]);
    expect(service.calls.flatMap(recordsOf)).toHaveLength(2);
  });
});
