/* Pages that are loaded when one of them is first shown. */
export { AlarmPage } from "./alarms/alarm-page.tsx";
export { AlarmsPage } from "./alarms/alarms-page.tsx";
export { EventPage } from "./events/event-page.tsx";
export { EventsPage } from "./events/events-page.tsx";
export { NodePage } from "./node/node-page.tsx";
export { DestinationPage } from "./webhooks/destination-page.tsx";
export { WebhooksPage } from "./webhooks/webhooks-page.tsx";
