import { shortType } from "@rainhooks/core/catalog";
import { durationText } from "@rainhooks/core/duration-text";
import { dress } from "@rainhooks/stage/commands/output";
import type { ResultOf, View } from "@rainhooks/stage/query/question";
import type { listAlertsQuestion } from "@rainhooks/stage/query/questions/alerts";
import type { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import {
  type countNodesQuestion,
  type nodeQuestion,
  timelineQuestion,
} from "@rainhooks/stage/query/questions/nodes";
import {
  formatLines,
  formatTable,
  formatTime,
  type Line,
  type Paint,
} from "@rainhooks/stage/terminal/format-table";

type Node = ResultOf<typeof nodeQuestion>;
type Timeline = ResultOf<typeof timelineQuestion>;

const NODE_HEADER = [
  "node",
  "state",
  "sinceMs",
  "connectedAtMs",
  "disconnectedAtMs",
  "lastSeenMs",
  "lastEvent",
  "lastEventMs",
  "name",
  "firmware",
  "type",
  "model",
  "users",
  "tags",
];

function nodeRow(node: Node) {
  const { nodeId, state, sinceMs, connectedAtMs, disconnectedAtMs, lastSeenMs, lastEvent, config } =
    node;
  const event = [lastEvent?.type, lastEvent?.atMs];
  const about = [config?.name, config?.firmware, config?.type, config?.model];
  const users = node.users.map(({ userId }) => userId).join(" ");
  const times = [sinceMs, connectedAtMs, disconnectedAtMs, lastSeenMs];
  return [nodeId, state, ...times, ...event, ...about, users, node.tags.join(" ")];
}

const STATE_STYLES = { online: "green", offline: "yellow", unknown: "dim" } as const;
const STATE_COLUMN = 1;

const paintState: Paint = (padded, cell, column) =>
  column === STATE_COLUMN && typeof cell === "string" ? dressState(cell, padded) : padded;

function dressState(state: string, text: string): string {
  const style = Object.hasOwn(STATE_STYLES, state)
    ? STATE_STYLES[state as keyof typeof STATE_STYLES]
    : undefined;
  return style === undefined ? text : dress(style, text);
}

/** Shows nodes as a table. */
export const nodesView: View<ResultOf<typeof listNodesQuestion>> = {
  header: NODE_HEADER,
  rows: ({ nodes }) => nodes.map(nodeRow),
  text: ({ nodes }, { user }) =>
    nodes.length === 0
      ? `No nodes.${user?.includes("@") === true ? " Events name users by their ids, not by their e-mail addresses." : ""}`
      : formatTable(
          ["node", "state", "since (UTC)", "last seen (UTC)", "last event", "name", "firmware"],
          nodes.map(({ nodeId, state, sinceMs, lastSeenMs, lastEvent, config }) => [
            nodeId,
            state,
            timeOrDash(sinceMs),
            timeOrDash(lastSeenMs),
            lastEvent === undefined ? "-" : shortType(lastEvent.type),
            config?.name ?? "-",
            config?.firmware ?? "-",
          ]),
          paintState,
        ),
};

/** Shows the number of nodes in each state. */
export const countsView: View<ResultOf<typeof countNodesQuestion>> = {
  header: ["state", "nodes"],
  rows: (counts) => Object.entries(counts),
  text: (counts) =>
    formatTable(
      ["nodes", "state"],
      Object.entries(counts).map(([state, nodes]) => [nodes, state]),
      paintState,
    ),
};

/** Shows one node in lines, with its connectivity of the last week. */
export const nodeView: View<Node> = {
  header: NODE_HEADER,
  rows: (node) => [nodeRow(node)],
  text: async (node, { node: nodeId = "" }, more) => {
    const timeline = await more(timelineQuestion, { node: nodeId, limit: "10" });
    return connected(nodeLines(node), timeline);
  },
};

/** Shows the alerts of a node as a table. */
export const alertsView: View<ResultOf<typeof listAlertsQuestion>> = {
  header: ["node", "atMs", "text"],
  rows: ({ nodeId, alerts }) => alerts.map(({ atMs, text }) => [nodeId, atMs, text]),
  text: ({ alerts }) =>
    alerts.length === 0
      ? "No alerts in this time range."
      : formatTable(
          ["at (UTC)", "alert"],
          alerts.map(({ atMs, text }) => [formatTime(atMs), text]),
        ),
};

/** Shows when a node went online and offline. */
export const timelineView: View<Timeline> = {
  header: ["node", "atMs", "state"],
  rows: ({ nodeId, transitions }) => transitions.map(({ atMs, state }) => [nodeId, atMs, state]),
  text: (timeline) => {
    const { nodeId, fromMs, toMs, before } = timeline;
    const lines: Line[] = [
      ["node", nodeId],
      ["from", `${utc(fromMs)} (${before} before)`],
      ["to", utc(toMs)],
    ];
    return connected(lines, timeline);
  },
};

const NAME_WIDTH = 17;

/** Joins lines with the connectivity of a node below them. */
function connected(lines: readonly Line[], timeline: Timeline): string {
  const text = formatLines([...lines, ...uptimeLines(timeline)], NAME_WIDTH, (shown, name) =>
    name === "state" ? dressState(shown.split(/[ :]/)[0] ?? "", shown) : shown,
  );
  return [text, ...transitionTable(timeline)].join("\n");
}

/** Why a state is not known. */
const UNKNOWN = ": no connect or disconnect of it has been received that passes the filters";

function nodeLines(node: Node): Line[] {
  const { config, lastAlert, lastEvent, users, tags, state, sinceMs, lastSeenMs } = node;
  const since =
    sinceMs === undefined
      ? state === "unknown"
        ? UNKNOWN
        : ""
      : ` since ${utc(sinceMs)} (${durationText(Date.now() - sinceMs)})`;
  return [
    ["node", node.nodeId],
    ["name", config?.name ?? "-"],
    ["state", `${state}${since}`],
    ["last connected", node.connectedAtMs === undefined ? "-" : utc(node.connectedAtMs)],
    ["last disconnected", node.disconnectedAtMs === undefined ? "-" : utc(node.disconnectedAtMs)],
    ...(node.disconnectReason === undefined
      ? []
      : [["because", node.disconnectReason.reason] satisfies Line]),
    ["last seen", lastSeenMs === undefined ? "-" : `${utc(lastSeenMs)} or later`],
    [
      "last event",
      lastEvent === undefined ? "-" : `${shortType(lastEvent.type)} at ${utc(lastEvent.atMs)}`,
    ],
    ["firmware", config?.firmware ?? "-"],
    ["type", [config?.type, config?.model].filter((one) => one !== undefined).join(", ") || "-"],
    ["last alert", lastAlert === undefined ? "-" : `at ${utc(lastAlert.atMs)}: ${lastAlert.text}`],
    [
      "users",
      users
        .map(({ userId, role }) => (role === undefined ? userId : `${userId} (${role})`))
        .join(", ") || "-",
    ],
    ["tags", tags.join(", ") || "-"],
  ];
}

function uptimeLines({ uptime, fromMs, toMs }: Timeline): Line[] {
  const { share, onlineMs, offlineMs, drops } = uptime;
  if (share === undefined)
    return [["uptime", `- (no known state in ${durationText(toMs - fromMs)})`]];
  const known = `${durationText(onlineMs + offlineMs)} with known state in ${durationText(toMs - fromMs)}`;
  return [
    ["uptime", `${(share * 100).toFixed(1)} % of ${known}`],
    ["drops", String(drops)],
  ];
}

/** Formats changes of state, each with the time until the next one. */
function transitionTable({ transitions, leftOut, toMs }: Timeline): string[] {
  if (transitions.length === 0) return [];
  const endMs = Math.min(toMs, Date.now());
  const rows = transitions.map(({ atMs, state }, index) => [
    formatTime(atMs),
    state,
    durationText(Math.max(0, (transitions[index + 1]?.atMs ?? endMs) - atMs)),
  ]);
  const earlier = leftOut === 0 ? [] : [`(${leftOut} earlier: not shown)`];
  return ["", formatTable(["changes (UTC)", "state", "for"], rows, paintState), ...earlier];
}

function utc(atMs: number): string {
  return `${formatTime(atMs)} UTC`;
}

function timeOrDash(atMs: number | undefined): string {
  return atMs === undefined ? "-" : formatTime(atMs);
}
