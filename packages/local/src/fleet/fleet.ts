import type { Chance } from "../aws/chance.ts";
import { DEVICES, type Device } from "./device.ts";

/** How a node behaves: always on, switched off every night, with bad Wi-Fi, or offline for days. */
export type Habit = "steady" | "switched" | "flapping" | "fading";

/** A simulated node. */
export interface FleetNode {
  readonly id: string;
  readonly name: string;
  readonly device: Device;
  readonly habit: Habit;
  /** Where it is, as a tag says it. */
  readonly site: string;
  /** Whether it is the one that is gone some day, if one is. */
  readonly isLost: boolean;
  /** From -1 to 1: a constant difference to other nodes of the kind. */
  readonly character: number;
  /** Its users, the primary one first. Each gets a copy of the node's events. */
  readonly users: readonly string[];
}

/** Shares of the habits. A flapping node sends as many messages as ten others. */
const HABITS = [
  ["steady", 62],
  ["switched", 25],
  ["flapping", 8],
  ["fading", 5],
] as const;

/** The site that has an outage. */
export const UNLUCKY_SITE = "site:goa";
/** Number of the node that is gone some day. */
const LOST = 9;
const SITES = ["site:pune", UNLUCKY_SITE, "site:berlin", "site:austin"];

const ID_LETTERS = [..."ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"];
const ID_LENGTH = 22;

/**
 * Creates a fleet: ids in RainMaker's style, three kinds of devices, every fifth node shared with a
 * second user.
 */
export function makeFleet(chance: Chance, size: number): FleetNode[] {
  const users = Array.from({ length: Math.ceil(size / 3) }, () => uuid(chance));
  return Array.from({ length: size }, (_, index) => {
    const device = DEVICES[index % DEVICES.length] ?? DEVICES[0];
    const owner = users[index % users.length] ?? "";
    const second = index % 5 === 0 ? [chance.pick(users)] : [];
    return {
      id: Array.from({ length: ID_LENGTH }, () => chance.pick(ID_LETTERS)).join(""),
      name: `${device.name} ${index + 1}`,
      device,
      habit: chance.weighted(HABITS),
      isLost: index === LOST,
      site: SITES[index % SITES.length] ?? UNLUCKY_SITE,
      character: chance.int(-100, 100) / 100,
      users: [...new Set([owner, ...second])],
    };
  });
}

function uuid(chance: Chance): string {
  const hex = (length: number) =>
    Array.from({ length }, () => chance.int(0, 15).toString(16)).join("");
  return [hex(8), hex(4), `4${hex(3)}`, `8${hex(3)}`, hex(12)].join("-");
}
