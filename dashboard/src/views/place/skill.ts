/** A row of …/skill/: how good the forecasts made so many hours ahead were; null where too few were compared. */
export interface LeadSkill {
  lead_hours: number;
  count: number;
  enough: boolean;
  mae: number | null;
  skill_persistence: number | null;
  coverage80: number | null;
}

export interface SkillAnswer {
  air: "measured" | "modelled" | "simulated" | null;
  parameters: { parameter: string; unit: string; leads: LeadSkill[] }[];
}
