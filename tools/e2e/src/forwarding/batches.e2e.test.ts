import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type FaultyServices, faultyServices } from "@rainhooks/local/aws/faults/faults";
import { eventually } from "@rainhooks/testing/eventually";
import {
  type ReceivedRequest,
  startReceiver,
  type TestReceiver,
} from "@rainhooks/testing/receiver";
import { type ForwardStage, startForwardStage } from "./forward-stage.ts";

const NODES = 8;
const ROUNDS = 10;

describe("batches and order on a stage with faults in one of ten calls to AWS, and in one of four responses", () => {
  let faulty: FaultyServices;
  let stage: ForwardStage;
  let receiver: TestReceiver;

  beforeAll(async () => {
    faulty = faultyServices(0.1, 7);
    stage = await startForwardStage({
      functionEndpoint: faulty.endpointOf,
      visibilityTimeoutS: 45,
    });
    let responses = 0;
    receiver = await startReceiver((_, response) => {
      responses += 1;
      response.writeHead(responses % 4 === 0 ? 503 : 204).end();
    });
    const schedule = Array.from({ length: 15 }, () => 1);
    for (const [id, settings] of Object.entries({
      direct: {},
      batched: { batchEvents: 7, batchWaitS: 2 },
      ordered: { inOrder: true },
      both: { batchEvents: 3, batchWaitS: 1, inOrder: true },
    }))
      await stage.add(`${receiver.url}/${id}`, { id, events: ["alert"], schedule, ...settings });
    await stage.refreshed();
    for (let round = 0; round < ROUNDS; round += 1)
      for (let node = 0; node < NODES; node += 1)
        await stage.publish("rmaker.event.alert", {
          node_id: `n${node}`,
          message_body: String(round),
        });
  });
  afterAll(async () => {
    await receiver.stop();
    await stage.stop();
    await faulty.stop();
  });

  interface Seen {
    readonly data: { readonly nodeId: string; readonly message: string };
  }
  const requestsTo = (id: string): ReceivedRequest[] =>
    receiver.requests.filter(({ path }) => path === `/${id}`);
  const namesIn = ({ body }: ReceivedRequest) =>
    ([JSON.parse(body)].flat() as readonly Seen[]).map(
      ({ data }) => `${data.nodeId} ${data.message}`,
    );
  const ALL = Array.from(
    { length: NODES * ROUNDS },
    (_, index) => `n${index % NODES} ${Math.floor(index / NODES)}`,
  );

  it.each(["direct", "batched", "ordered", "both"])(
    "forward loses nothing, and repeats what failed as it was: %s",
    async (id) => {
      await eventually(
        () => new Set(requestsTo(id).flatMap(namesIn)).size,
        (count) => count === ALL.length,
      );
      expect(new Set(requestsTo(id).flatMap(namesIn))).toEqual(new Set(ALL));
      const bodies = new Map<string, string>();
      const idOf = new Map<string, string>();
      for (const request of requestsTo(id)) {
        const webhookId = String(request.headers["webhook-id"]);
        expect(bodies.get(webhookId) ?? request.body).toBe(request.body);
        bodies.set(webhookId, request.body);
        for (const name of namesIn(request)) {
          expect([name, idOf.get(name) ?? webhookId]).toEqual([name, webhookId]);
          idOf.set(name, webhookId);
        }
      }
    },
  );
});
