/* Pages that are loaded when one of them is first shown. */

export { AlarmsPage } from "@rainhooks/extensions/alarms/page/alarms-page.jsx";
export { DestinationPage } from "@rainhooks/extensions/forwarding/page/destination-page.jsx";
export { AlarmPage } from "./alarms/alarm-page.tsx";
export { EventPage } from "./events/event-page.tsx";
export { EventsPage } from "./events/events-page.tsx";
export { NodePage } from "./node/node-page.tsx";
export { WebhooksPage } from "./webhooks/webhooks-page.tsx";
