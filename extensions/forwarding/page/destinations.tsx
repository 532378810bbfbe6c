import { hrefTo } from "@rainhooks/page/address";
import { Empty } from "@rainhooks/page/message.jsx";
import type { WebhooksProps } from "@rainhooks/page/pages";
import { commandOf } from "@rainhooks/page/stage";
import { Text } from "@rainhooks/page/text.jsx";
import type { WebhooksAnswer } from "@rainhooks/stage/routes/answers";
import type { DestinationRow } from "../routes/destinations.ts";
import { Condition } from "./condition.tsx";
import { DestinationForm } from "./destination-form.tsx";

/** With what this extension adds to the response. */
interface Props extends WebhooksProps {
  readonly of: WebhooksAnswer & { readonly destinations: readonly DestinationRow[] };
}

/** The systems that events are forwarded to. */
export function Destinations({ of: { destinations }, again }: Props) {
  return (
    <section class="card" aria-labelledby="destinations">
      <h2 id="destinations">Destinations</h2>
      {destinations.length === 0 && (
        <Empty>
          No destinations. Add one here, or in the terminal:{" "}
          <code>{commandOf("destinations add crm --url-from env:CRM_URL")}</code>
        </Empty>
      )}
      <details>
        <summary>Add a destination</summary>
        <DestinationForm onDone={again} />
      </details>
      {destinations.map((one) => (
        <div class="destination" key={one.id}>
          <a href={hrefTo("destinations", one.id)}>
            <b>{one.id}</b>
          </a>{" "}
          <Condition of={one} /> <Text of={one.url} max={80} />{" "}
          <span class="note">
            <Text of={[selectionText(one), one.description].filter(Boolean).join(": ")} max={240} />
          </span>
        </div>
      ))}
    </section>
  );
}

/** Says which events a destination gets. */
function selectionText({ events, nodes, tags }: Pick<DestinationRow, "events" | "nodes" | "tags">): string {
  const of = [...nodes, ...tags];
  return `${events.length === 0 ? "all events" : events.join(", ")}${of.length === 0 ? "" : ` of ${of.join(", ")}`}`;
}
