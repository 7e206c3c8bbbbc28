// The messages of the WebSocket and what a snapshot holds: made of realtime/protocol.py and of the serializers.
// Do not change this file: change those, and write it anew as CONTRIBUTING.md says.

/** The newest snapshot; the same seq again says that a round at `checked_at` found nothing new. */
export interface AQIUpdate {
  type: "aqi_update";
  location: string;
  epoch: string;
  seq: number;
  timestamp: string;
  checked_at: string;
  /** What `current` of the REST API answers; /api/openapi.yaml describes it. */
  data: Snapshot;
}

/** Says who is there: an access token or an API key. Answered with `authenticated`, or closed. */
export interface Authenticate {
  action: "authenticate";
  token: string;
}

/** The socket is somebody's now. At `expires_at` it is closed, unless `authenticate` comes again before. */
export interface Authenticated {
  type: "authenticated";
  name: string;
  scopes: string[];
  expires_at: string | null;
}

/** Always first. `resumed`: nothing was missed since the epoch and seq that the client named. */
export interface Connected {
  type: "connected";
  location: string;
  epoch: string;
  seq: number;
  update_interval: number;
  server_time: string;
  resumed: boolean;
  protocol: number;
  ping_interval: number;
}

export interface ErrorMessage {
  type: "error";
  code: ErrorCode;
  message: string;
  suggestions?: string[];
  retry_after?: number;
  location?: string;
}

export type ErrorCode =
  | "ambiguous_location"
  | "binary_not_supported"
  | "forbidden"
  | "not_authenticated"
  | "not_json"
  | "not_kept"
  | "not_subscribed"
  | "not_understood"
  | "rate_limited"
  | "session_ended"
  | "temporarily_unavailable"
  | "token_in_url"
  | "too_many_connections"
  | "too_many_places"
  | "unknown_action"
  | "unknown_location";

export interface MissedAt {
  action: "missed";
  since: number;
  epoch?: string;
  /** A slug, name, alias or `latitude,longitude`. */
  location: string;
}

/** The answer to `missed` is complete up to the seq `since`; if there is `more`, ask again from there. */
export interface MissedEnd {
  type: "missed_end";
  location: string;
  epoch: string;
  since: number;
  more: boolean;
}

/** A snapshot of the past, as it was published: history, never news. */
export interface MissedUpdate {
  type: "missed_update";
  location: string;
  epoch: string;
  seq: number;
  timestamp: string;
  checked_at: string;
  /** What `current` of the REST API answers; /api/openapi.yaml describes it. */
  data: Snapshot;
}

/** Answered with `pong`. */
export interface Ping {
  action: "ping";
}

export interface Pong {
  type: "pong";
  timestamp: string;
}

export interface RefreshAt {
  action: "refresh";
  /** A slug, name, alias or `latitude,longitude`. */
  location: string;
}

export interface ResumeAt {
  action: "resume";
  epoch: string;
  since: number;
  /** A slug, name, alias or `latitude,longitude`. */
  location: string;
}

/** Follows a place; with `epoch` and `since`, from where the client left it. */
export interface Subscribe {
  action: "subscribe";
  /** A slug, name, alias or `latitude,longitude`. */
  location: string;
  epoch?: string;
  since?: number;
}

/** The place that was `asked` for is followed. `resumed`: nothing was missed since the epoch and seq named. */
export interface Subscribed {
  type: "subscribed";
  location: string;
  /** The place as the client spelled it. */
  asked: string;
  epoch: string;
  seq: number;
  resumed: boolean;
}

export interface Unsubscribe {
  action: "unsubscribe";
  /** A slug, name, alias or `latitude,longitude`. */
  location: string;
}

export interface Unsubscribed {
  type: "unsubscribed";
  location: string;
}

/** Always first on a socket for several places, of which there may be `places_at_most` at a time. */
export interface Welcome {
  type: "welcome";
  update_interval: number;
  places_at_most: number;
  server_time: string;
  protocol: number;
  ping_interval: number;
}

export type ServerMessage =
  | Connected
  | Welcome
  | Subscribed
  | Unsubscribed
  | AQIUpdate
  | MissedUpdate
  | MissedEnd
  | Authenticated
  | Pong
  | ErrorMessage;

export type PlacesAction = Ping | Authenticate | Subscribe | Unsubscribe | RefreshAt | ResumeAt | MissedAt;

export interface AQI {
  value: number | null;
  text: string | null;
  category: string | null;
  label: string | null;
  color: string | null;
  dominant_pollutant: string | null;
  scale: string;
  scale_version: string;
  averaging: string | null;
  advice: string | null;
}

export type ChosenBecauseEnum = "only_source" | "first_in_order" | "first_has_nothing_fresh" | "nothing_is_fresh";

export interface ForecastHour {
  valid_at: string;
  value: number;
  lo80: number;
  hi80: number;
  category: string;
}

export interface IndexForecast {
  issued_at: string | null;
  model: string | null;
  hours: ForecastHour[];
}

export interface Location {
  /** The name in addresses, such as /ws/aqi/delhi. */
  slug: string;
  name: string;
  /** ISO 3166 code, such as IN. */
  country: string;
  latitude: number | null;
  longitude: number | null;
  timezone: string;
}

export interface Pollutant {
  value: number | null;
  unit: string;
  averaging: string;
  index: number | null;
  observed_at: string | null;
  source: string;
  chosen_because?: ChosenBecauseEnum;
  sources_disagree?: boolean;
}

/** `data` of an update on the socket, and the whole answer of …/current/. */
export interface Snapshot {
  location: Location;
  status: Status;
  observed_at: string | null;
  stale_at: string | null;
  aqi: AQI;
  scales: Record<string, AQI>;
  pollutants: Record<string, Pollutant>;
  forecast: IndexForecast;
  sources: Source[];
}

export interface Source {
  name: string;
  attribution: string;
  licence: string;
  url: string;
}

export type Status = "live" | "modelled" | "stale" | "simulated" | "replay" | "unavailable";
