import { useEffect, useState } from "react";
import type { ServerMessage, Snapshot, Status } from "../client/types.ts";

export interface Live {
  data: Snapshot | null;
  status: Status | null;
  age: number | null;
  isConnected: boolean;
  isStale: boolean;
  error: { code: string; message: string; suggestions: readonly string[] } | null;
  refresh: () => void;
}

export function useWebSocketAQI(place: string): Live {
  const [data, setData] = useState<Snapshot | null>(null);
  const [isConnected, setConnected] = useState(false);
  const [error, setError] = useState<Live["error"]>(null);
  useEffect(() => {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/aqi/${encodeURIComponent(place)}`);
    socket.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as ServerMessage;
      if (message.type === "connected") setConnected(true);
      if (message.type === "aqi_update") setData(message.data);
      if (message.type === "error") setError({ suggestions: [], ...message });
    };
    socket.onclose = () => setConnected(false);
    return () => socket.close();
  }, [place]);
  return {
    data,
    status: data?.status ?? null,
    age: data?.observed_at ? (Date.now() - Date.parse(data.observed_at)) / 1000 : null,
    isConnected,
    isStale: data?.status === "stale",
    error,
    refresh: () => undefined,
  };
}
