import type { ShownDestination } from "../../serve/routes/webhooks.ts";
import { act } from "../shared/api.ts";
import { Empty } from "../shared/message.tsx";
import { stage } from "../shared/stage.ts";
import { Text } from "../shared/text.tsx";
import { Since } from "../shared/time-of.tsx";
import { Confirmed } from "./confirmed.tsx";

/** The systems that events are forwarded to. */
export function Destinations({ of }: { readonly of: readonly ShownDestination[] }) {
  return (
    <section class="card" aria-labelledby="destinations">
      <h2 id="destinations">Destinations</h2>
      {of.length === 0 && (
        <Empty>
          No destinations. Add one: <code>rainhooks destinations add crm --url-from env:CRM_URL</code>
        </Empty>
      )}
      {of.map(({ id, url, state, reason, sinceMs }) => (
        <div key={id} class="destination">
          <b>{id}</b> <Text of={url} max={80} />{" "}
          <span class={state === "active" ? "online" : "offline"}>
            {state} {sinceMs !== undefined && <Since ms={sinceMs} />}
          </span>{" "}
          {reason !== undefined && <Text of={reason} max={200} />}{" "}
          {state === "active" ? (
            <Confirmed
              title={`Pause ${id}`}
              question={`Send nothing to ${id} until it is resumed?`}
              run={() => act("pause", { id })}
            />
          ) : (
            <code>{`rainhooks destinations resume ${id}${stage.value?.options ?? ""}`}</code>
          )}
        </div>
      ))}
    </section>
  );
}
