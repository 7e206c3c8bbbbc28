"""What to do, in our words: the ids are stable and shared by the categories of all scales."""

ADVICE = {
    "no_limits": "The air is clean: be outdoors as you like.",
    "watch_symptoms": "Fine for most; if you are unusually sensitive, slow down when you notice symptoms.",
    "sensitive_reduce": "Children, older people, outdoor workers and the ill: do less outdoors, and less hard.",
    "everyone_reduce": "Keep hard work outdoors short; sensitive people should move it indoors or to another day.",
    "everyone_limit": "Stay outdoors only briefly; sensitive people should avoid any effort there.",
    "everyone_avoid": "Avoid all activity outdoors; sensitive people should rest indoors in filtered air.",
}
