import { describe, expect, it, test } from "@jest/globals";
import { compileRule } from "@rainhooks/local/rainmaker/iot/sql";
import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import { NEO_RULES } from "./iot-rules.ts";

const rules = new Map(
  [...NEO_RULES, SESSION_ENDED_RULE].map(({ name, sql }) => [name, compileRule(sql)]),
);

function selected(name: string, topic: string, payload: object) {
  return rules.get(name)?.({ topic, payload: payload as never });
}

describe("the rules of a stage", () => {
  // Source: espressif/esp-rainmaker-neo, docs/api/MQTT_Node.yaml, PresenceDisconnected.
  const ended = {
    clientId: "ABCDEF1234567890",
    eventType: "disconnected",
    sessionIdentifier: "adecf6af-2abd-4f23-8309-cf9257de3fa0",
    timestamp: 1743656583784,
    versionNumber: 0,
    disconnectReason: "CLIENT_INITIATED_DISCONNECT",
  };
  const at = (kind: string, id = ended.clientId) => `$aws/events/presence/${kind}/${id}`;

  it("the rules of a stage select the end of a session, with its reason", () => {
    expect(selected("neo-disconnected", at("disconnected"), ended)).toEqual({
      event_type: "rmaker.event.node_disconnected",
      timestamp: 1743656583784,
      event_data: {
        node_id: "ABCDEF1234567890",
        session_id: "adecf6af-2abd-4f23-8309-cf9257de3fa0",
        version: 0,
        reason: "CLIENT_INITIATED_DISCONNECT",
      },
    });
    expect(selected("disconnect-reasons", at("disconnected"), ended)).toMatchObject({
      event_type: "rainhooks.event.node_session_ended",
      event_data: { reason: "CLIENT_INITIATED_DISCONNECT" },
    });
    expect(selected("neo-connected", at("disconnected"), ended)).toBeUndefined();
  });

  it("the rules of a stage select the end of a session without a reason: the node is offline", () => {
    const { disconnectReason: _, ...unexplained } = ended;
    for (const name of ["neo-disconnected", "disconnect-reasons"])
      expect(selected(name, at("disconnected"), unexplained)).toMatchObject({
        event_data: {
          node_id: "ABCDEF1234567890",
          session_id: "adecf6af-2abd-4f23-8309-cf9257de3fa0",
        },
      });
  });

  it("the rules of a stage leave out a session that a newer one has replaced, but still report why it ended", () => {
    const replaced = { ...ended, disconnectReason: "DUPLICATE_CLIENTID" };
    expect(selected("neo-disconnected", at("disconnected"), replaced)).toBeUndefined();
    expect(selected("disconnect-reasons", at("disconnected"), replaced)).toBeDefined();
  });

  test.each(["user:5c75d6be", "iotconsole-1700000000000-0"])(
    "the rules of a stage leave out %s, which is no node",
    (clientId) => {
      const other = { ...ended, clientId };
      for (const name of ["neo-connected", "neo-disconnected", "disconnect-reasons"])
        for (const kind of ["connected", "disconnected"])
          expect(selected(name, at(kind, clientId), other)).toBeUndefined();
    },
  );

  it("the rules of a stage select only the reported state of the shadows of parameters and of identity", () => {
    const state = (Power: boolean) => ({
      state: { reported: { params: { Light: { Power } } }, desired: {} },
      metadata: {},
      version: 1,
    });
    const documents = { previous: state(true), current: state(false), timestamp: 1743656583 };
    const of = (shadow: string) =>
      selected("neo-shadows", `$aws/things/n1/shadow/name/${shadow}/update/documents`, documents);
    const said = (shadow: string) => ({
      node_id: "n1",
      shadow,
      timestamp: 1743656583,
      version: 1,
      previous: { params: { Light: { Power: true } } },
      current: { params: { Light: { Power: false } } },
    });
    expect(of("params-")).toEqual(said("params-"));
    expect(of("params-abc123-def")).toEqual(said("params-abc123-def"));
    expect(of("iparams")).toEqual(said("iparams"));
    expect(of("other")).toBeUndefined();
    expect(
      selected("neo-shadows", "$aws/things/n1/shadow/name/iparams/update/accepted", documents),
    ).toBeUndefined();
  });
});
