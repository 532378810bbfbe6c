import type { DeliveryRow } from "@rainhooks/stage/routes/deliveries";
import { useState } from "preact/hooks";
import { hrefTo } from "./address.ts";
import { Output } from "./output.tsx";
import { Text } from "./text.tsx";
import { isoTime, timeText } from "./time.ts";

/** Deliveries, one a row; an open row shows the published message and the decoded event. */
export function DeliveryList({ of }: { readonly of: readonly DeliveryRow[] }) {
  return (
    <ul class="deliveries">
      {of.map((delivery) => (
        <Row key={delivery.id} of={delivery} />
      ))}
    </ul>
  );
}

function Row({ of }: { readonly of: DeliveryRow }) {
  const [isOpen, setOpen] = useState(false);
  const { sentAtMs, type, nodes, summary, problem } = of;
  return (
    <li>
      <button type="button" class="delivery" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <time dateTime={isoTime(sentAtMs)}>{timeText(sentAtMs)}</time>
        <b>
          <Text of={type} max={40} />
        </b>
        <Text of={`${nodes[0] ?? "–"}${nodes.length > 1 ? ` +${nodes.length - 1}` : ""}`} max={40} />
        <span class={problem === undefined ? "about" : "about bad"}>
          <Text of={problem ?? summary} max={160} />
        </span>
      </button>
      {isOpen && (
        <div class="detail">
          <a href={hrefTo("events", of.id, { at: String(sentAtMs) })}>What became of it</a>
          <DeliveryHead of={of} />
          <DeliveryContent of={of} />
        </div>
      )}
    </li>
  );
}

/** What identifies a delivery, and its nodes. */
export function DeliveryHead({ of: { id, topic, nodes } }: { readonly of: DeliveryRow }) {
  return (
    <p class="note">
      <Text of={id} /> on <Text of={topic} />
      {nodes.slice(0, 5).map((node) => (
        <span key={node}>
          {" "}
          <a href={hrefTo("nodes", node)}>
            <Text of={node} max={40} />
          </a>
        </span>
      ))}
    </p>
  );
}

/** A delivery as it was published, beside the event that was decoded from it. */
export function DeliveryContent({ of: { body, event, problem } }: { readonly of: DeliveryRow }) {
  return (
    <div class="beside">
      <Json title="As published" text={prettyText(body)} />
      <Json title="Decoded" text={problem ?? event} />
    </div>
  );
}

function Json({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <figure>
      <figcaption class="note">{title}</figcaption>
      <Output of={text} />
    </figure>
  );
}

/** Formats JSON in lines; any other text stays as it is. */
function prettyText(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
