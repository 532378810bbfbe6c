import { address, hrefOf } from "@rainhooks/page/address";
import { Fact } from "@rainhooks/page/facts.jsx";
import { nodeName } from "@rainhooks/page/node/node-name";
import { Text } from "@rainhooks/page/text.jsx";
import { Ago, Since } from "@rainhooks/page/time-of.jsx";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { nodeQuestion } from "@rainhooks/stage/query/questions/nodes";

/** The facts about a node: its state and since when, its configuration, its users. */
export function NodeFacts({ node }: { readonly node: AnswerOf<typeof nodeQuestion> }) {
  const { nodeId, state, sinceMs, lastSeenMs, config, users, tags, lastAlert, disconnectReason } = node;
  const { tz } = address.value.params;
  return (
    <section class="card facts">
      <h1>
        <Text of={nodeName(node)} max={80} />
      </h1>
      <p class={`node-state ${state}`}>
        <b>{state}</b> {sinceMs !== undefined && <Since ms={sinceMs} />}
      </p>
      <dl>
        <Fact name="Id">
          <Text of={nodeId} />
        </Fact>
        <Fact name="Last seen">
          <Ago ms={lastSeenMs} />
        </Fact>
        {disconnectReason !== undefined && (
          <Fact name="Disconnected because">
            <Text of={disconnectReason.reason} max={60} />
          </Fact>
        )}
        <Fact name="Firmware">
          <Text of={config?.firmware} max={40} />
        </Fact>
        <Fact name="Type">
          <Text of={[config?.type, config?.model].filter((one) => one !== undefined).join(", ")} max={60} />
        </Fact>
        <Fact name="Users">
          <Text
            of={users.map(({ userId, role }) => (role ? `${userId} (${role})` : userId)).join(", ")}
            max={200}
          />
        </Fact>
        <Fact name="Tags">
          <Text of={tags.join(", ")} max={200} />
        </Fact>
        <Fact name="More">
          <a href={hrefOf("/events", { node: nodeId, tz })}>events</a>{" "}
          <a href={hrefOf("/alarms", { match: nodeId, state: "all", tz })}>alarms</a>
        </Fact>
        {lastAlert !== undefined && (
          <Fact name="Last alert">
            <Text of={lastAlert.text} /> <Ago ms={lastAlert.atMs} />
          </Fact>
        )}
      </dl>
    </section>
  );
}
