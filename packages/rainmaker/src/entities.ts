/** A webhook integration in RainMaker. */
export interface Integration {
  readonly serviceName: string;
  readonly endpointName: string;
  readonly enabled: boolean;
}

/** A filter rule, with the field names of RainMaker's API. */
export interface ApiFilter {
  readonly event_type: string;
  readonly entity_id: string;
  readonly entity_type: string;
  readonly enabled: boolean;
  readonly enabled_for_integrations: readonly string[];
}
