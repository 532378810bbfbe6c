import type { FilterRule } from "@rainhooks/filter/rule";
import type { EventSource } from "@rainhooks/stage/extension";
import type { Stage } from "./aws/stage/stage.ts";
import type { FleetOptions } from "./fleet/fleet-options.ts";
import type { PublishedFleetMessage } from "./fleet/message.ts";
import type { ReconciliationLine } from "./fleet/reconciliation/reconcile.ts";
import type { Simulation } from "./fleet/simulate.ts";
import type { RunningBroker } from "./rainmaker/running-broker.ts";

/** A source of events as the local stage starts it. */
export interface LocalSource extends EventSource {
  /** Names of the optional functions that a stage has with it. */
  readonly functions: readonly string[];
  readonly open: () => Promise<{ readonly openSource: OpenSource }>;
}

/** What a source is started with; ports are selected with 0. */
export interface SourceOptions {
  readonly dataDir: string;
  readonly apiPort: number;
  readonly mqttPort: number;
  readonly casing: "pascal" | "snake";
  readonly disconnectReasons: boolean;
}

/** Starts a source on this machine, whose events a stage gets. */
export type OpenSource = (
  stage: Stage,
  options: SourceOptions,
  onProblem: (text: string) => void,
) => Promise<RunningSource>;

/** A running source. */
export interface RunningSource extends FleetSource {
  /** Where it is, for people. */
  readonly line: string;
  /**
   * Connects the nodes of a fleet that were in real time when its stage stopped, or disconnects
   * them for good.
   */
  readonly resume?: (
    fleet: Pick<FleetOptions, "seed" | "nodes">,
    continues: boolean,
  ) => Promise<void>;
  readonly stop: RunningBroker["stop"];
}

/** A source whose nodes can be simulated. */
export interface FleetSource {
  /**
   * Simulates a fleet whose messages a stage gets; `onSent` gets the number of messages that were
   * sent.
   */
  simulate(
    stage: Stage,
    options: FleetOptions,
    onSent: (count: number) => void,
  ): Promise<SimulatedFleet>;
  /**
   * Finds what SNS has accepted, when the stage has handled its queues, if that is more than what
   * the source has published itself.
   */
  accepted?(stage: Stage, sent: readonly PublishedFleetMessage[]): Promise<AcceptedMessages>;
}

/** A simulation with the rules by which events are filtered out. */
export interface SimulatedFleet extends Simulation {
  readonly rules: readonly FilterRule[];
}

/** What became of the messages of a source. */
export interface AcceptedMessages {
  /** The messages that SNS has accepted: what the fleet knows of each, found by what it says. */
  readonly published: readonly PublishedFleetMessage[];
  readonly line: ReconciliationLine;
}
