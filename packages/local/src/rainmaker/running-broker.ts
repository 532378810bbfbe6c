import { stopAll } from "../aws/stop-all.ts";
import type { MqttFront } from "./mqtt.ts";

/** A running cloud with a broker for nodes, such as RainMaker. */
export interface RunningBroker extends Pick<MqttFront, "nextConnection" | "hideDisconnects"> {
  readonly mqttUrl: string;
  readonly clock: RainmakerClock;
  /** Adds a task that runs when the cloud stops, before its broker does. */
  onStop(task: (quiet: boolean) => Promise<void>): void;
  /**
   * @param options With `quiet`, the resulting disconnects are not published, so that a test can
   * check the state afterwards.
   */
  stop(options?: { readonly quiet?: boolean }): Promise<void>;
}

/** Makes what runs of a broker and a clock; after the broker, it stops what `others` stop. */
export function runningBroker(
  mqtt: MqttFront,
  clock: RainmakerClock,
  others: readonly (() => unknown)[] = [],
): RunningBroker {
  const tasks: ((quiet: boolean) => Promise<void>)[] = [];
  return {
    mqttUrl: mqtt.url,
    clock,
    nextConnection: mqtt.nextConnection,
    hideDisconnects: mqtt.hideDisconnects,
    onStop: (task) => tasks.push(task),
    stop: async ({ quiet = false } = {}) => {
      if (quiet) mqtt.hideDisconnects();
      await stopAll([...tasks.map((task) => () => task(quiet)), mqtt.stop, ...others]);
    },
  };
}

/** RainMaker's clock: real time, except while a fleet is simulated. */
export class RainmakerClock {
  #playedMs: number | undefined;

  /** Epoch milliseconds. */
  nowMs(): number {
    return this.#playedMs ?? Date.now();
  }

  /** Sets the clock to a simulated time, at which it stops. */
  play(atMs: number): void {
    this.#playedMs = atMs;
  }

  /** Returns to real time. */
  useRealTime(): void {
    this.#playedMs = undefined;
  }
}
