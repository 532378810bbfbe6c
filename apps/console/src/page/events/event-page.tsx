import { PAGES } from "@rainhooks/app-list/pages";
import { address, hrefOf, idInAddress } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { DeliveryContent, DeliveryHead } from "@rainhooks/page/delivery-list.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import { untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Pending } from "@rainhooks/page/message.jsx";
import { PageHead } from "@rainhooks/page/page-head.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import type { DeliveryAnswer } from "@rainhooks/stage/routes/answers";

const SECTIONS = PAGES.flatMap(({ delivery }) => delivery ?? []);

/** A delivery, and its outcome at each webhook, at each destination, and in dead-letter queues. */
export function EventPage() {
  const id = idInAddress();
  const { at, tz } = address.value.params;
  const { found, failure } = useReading<DeliveryAnswer>(
    (signal) => get(`/console/deliveries/${encodeURIComponent(id)}`, { at }, signal),
    () => untilFreeReadMs(),
    [id, at, endedJobs()],
  );
  return (
    <>
      <PageHead title={found?.delivery.type ?? "Event"} within={[hrefOf("/events", { tz }), "Events"]} />
      {found === undefined && <Pending of={{ failure }} lines={6} />}
      {found !== undefined && (
        <>
          <section class="card" aria-label="Event">
            <p>Published {timeText(found.delivery.sentAtMs)}</p>
            <DeliveryHead of={found.delivery} />
          </section>
          <section class="card" aria-labelledby="handled">
            <h2 id="handled">What each webhook did with it</h2>
            <dl class="rows">
              {found.webhooks.map(({ webhook, text }) => (
                <div key={webhook}>
                  <dt>{webhook}</dt>
                  <dd>
                    <Text of={text} max={300} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        </>
      )}
      {SECTIONS.map((Section) => (
        <Section key={Section.name} id={id} of={found} />
      ))}
      {found !== undefined && (
        <section class="card" aria-labelledby="content">
          <h2 id="content">What it says</h2>
          <DeliveryContent of={found.delivery} />
        </section>
      )}
    </>
  );
}
