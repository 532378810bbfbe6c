import { useState } from "preact/hooks";
import type { ShownDelivery } from "../../serve/routes/deliveries.ts";
import { Output } from "./output.tsx";
import { hrefTo } from "./place.ts";
import { Text } from "./text.tsx";
import { timeText } from "./time.ts";

/** Deliveries, one a row; a row opens to what was published and what was decoded. */
export function DeliveryList({ of }: { readonly of: readonly ShownDelivery[] }) {
  return (
    <ul class="deliveries">
      {of.map((delivery) => (
        <Row key={delivery.id} of={delivery} />
      ))}
    </ul>
  );
}

function Row({ of }: { readonly of: ShownDelivery }) {
  const [isOpen, setOpen] = useState(false);
  const { sentAtMs, type, nodes, summary, problem } = of;
  return (
    <li>
      <button type="button" class="delivery" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <time dateTime={new Date(sentAtMs).toISOString()}>{timeText(sentAtMs)}</time>
        <b>
          <Text of={type} max={40} />
        </b>
        <Text of={`${nodes[0] ?? "–"}${nodes.length > 1 ? ` +${nodes.length - 1}` : ""}`} max={40} />
        <span class={problem === undefined ? "about" : "about bad"}>
          <Text of={problem ?? summary} max={160} />
        </span>
      </button>
      {isOpen && (
        <>
          <a href={hrefTo("events", of.id, { at: String(sentAtMs) })}>What became of it</a>
          <DeliveryDetail of={of} />
        </>
      )}
    </li>
  );
}

/** A delivery as it was published, beside the event that was decoded from it. */
export function DeliveryDetail({
  of: { id, topic, nodes, body, event, problem },
}: {
  readonly of: ShownDelivery;
}) {
  return (
    <div class="detail">
      <p class="note">
        <Text of={id} /> on <Text of={topic} />
        {nodes.slice(0, 5).map((node) => (
          <a key={node} href={hrefTo("nodes", node)}>
            {" "}
            <Text of={node} max={40} />
          </a>
        ))}
      </p>
      <div class="beside">
        <Json title="As published" text={prettyText(body)} />
        <Json title="Decoded" text={problem ?? event} />
      </div>
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
