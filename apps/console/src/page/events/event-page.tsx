import { PAGES } from "@rainhooks/app-list/pages";
import { address, idInAddress } from "@rainhooks/page/address";
import { DeliveryContent, DeliverySummary } from "@rainhooks/page/delivery-list.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import { Await, Card, FactList, PageTitle } from "@rainhooks/page/layout.jsx";
import { untilFreeReadMs, useGet } from "@rainhooks/page/live";
import { At, Text } from "@rainhooks/page/text.jsx";
import type { DeliveryResponse } from "@rainhooks/stage/routes/responses";

const SECTIONS = PAGES.flatMap(({ delivery }) => delivery ?? []);

/** A delivery, and its outcome at each webhook, at each destination, and in dead-letter queues. */
export function EventPage() {
  const id = idInAddress();
  const { at } = address.value.params;
  const path = `/console/deliveries/${encodeURIComponent(id)}`;
  const event = useGet<DeliveryResponse>(path, { at }, untilFreeReadMs, [endedJobs()]);
  return (
    <>
      <PageTitle title={event.result?.delivery.type ?? "Event"} within={["/events", "Events"]} />
      <Await of={event} lines={6}>
        {({ delivery, webhooks }) => (
          <>
            <section class="card" aria-label="Event">
              <p>
                Published <At ms={delivery.sentAtMs} />
              </p>
              <DeliverySummary of={delivery} />
            </section>
            <Card title="What each webhook did with it">
              <FactList
                kind="rows"
                facts={webhooks.map(({ webhook, text }) => [
                  webhook,
                  <Text key={webhook} of={text} max={300} />,
                ])}
              />
            </Card>
          </>
        )}
      </Await>
      {(event.result ?? event.failure) !== undefined &&
        SECTIONS.map((Section) => <Section key={Section.name} id={id} of={event.result} />)}
      {event.result !== undefined && (
        <Card title="What it says">
          <DeliveryContent of={event.result.delivery} />
        </Card>
      )}
    </>
  );
}
