"""What to do, in our own words: for each group of people, one of six steps that the table of a scale names.

The steps follow what the authority of a scale recommends for a category. Where it does not name a group, pregnancy,
children and older people get the step of people with heart or lung disease, and outdoor workers that of everybody.
"""

from enum import StrEnum

GROUPS = {
    "general": "General public",
    "children": "Children",
    "older_people": "Older people",
    "heart_or_lung_disease": "People with heart or lung disease",
    "outdoor_workers": "Outdoor workers",
    "pregnancy": "Pregnancy",
}


class Step(StrEnum):
    AS_USUAL = "as_usual"
    WATCH = "watch"
    REDUCE = "reduce"
    AVOID_EFFORT = "avoid_effort"
    STAY_BRIEF = "stay_brief"
    STAY_IN = "stay_in"


# How the tables write them, a letter for each group in the order above: "UWWWUW".
STEPS = {
    "U": Step.AS_USUAL,
    "W": Step.WATCH,
    "R": Step.REDUCE,
    "A": Step.AVOID_EFFORT,
    "B": Step.STAY_BRIEF,
    "I": Step.STAY_IN,
}

# In one sentence for all; the ids are stable, and are what a snapshot says.
ADVICE = {
    "no_limits": "The air is clean: be outdoors as you like.",
    "watch_symptoms": "Fine for most; if you are unusually sensitive, slow down when you notice symptoms.",
    "sensitive_reduce": "Children, older people and the ill: do less outdoors, and less hard.",
    "everyone_reduce": "Keep hard work outdoors short; sensitive people should move it indoors or to another day.",
    "everyone_limit": "Nobody should work or exercise hard outdoors; sensitive people are better off indoors.",
    "everyone_avoid": "Avoid all activity outdoors; sensitive people should rest indoors in filtered air.",
}

TEXTS = {
    "general": {
        Step.AS_USUAL: "Enjoy being outdoors as usual.",
        Step.WATCH: "Go on as usual; take a break if your eyes or throat sting, or if you cough.",
        Step.REDUCE: "Make hard exercise and work outdoors shorter or lighter, with more breaks.",
        Step.AVOID_EFFORT: "Move exercise and heavy work indoors or to a cleaner day; short walks are fine.",
        Step.STAY_BRIEF: "Go out only for what cannot wait, without effort, and keep the windows shut.",
        Step.STAY_IN: "Stay indoors with the windows shut; if you must go out, wear a close-fitting N95 or FFP2 mask.",
    },
    "children": {
        Step.AS_USUAL: "Children can play and do sports outdoors as usual.",
        Step.WATCH: "Children can play outdoors; let a child that coughs or wheezes rest.",
        Step.REDUCE: "Choose calmer games outdoors with more breaks, and keep asthma medicine at hand.",
        Step.AVOID_EFFORT: "Move sports and long playtimes indoors; short, calm play outdoors is fine.",
        Step.STAY_BRIEF: "Let children play indoors, and take them out only briefly and calmly.",
        Step.STAY_IN: "Keep children indoors, in the room with the cleanest air, and let them play calmly.",
    },
    "older_people": {
        Step.AS_USUAL: "Older people can be outdoors as usual.",
        Step.WATCH: "Older people can be outdoors; slow down if you are short of breath or unusually tired.",
        Step.REDUCE: "Choose gentler and shorter activity outdoors, and rest often.",
        Step.AVOID_EFFORT: "Leave brisk walks and garden work for a cleaner day; short, easy walks are fine.",
        Step.STAY_BRIEF: "Stay indoors most of the time; go out briefly and without effort.",
        Step.STAY_IN: "Stay indoors with the windows shut and take it easy; let others run your errands.",
    },
    "heart_or_lung_disease": {
        Step.AS_USUAL: "Nothing needs to change; keep to your treatment.",
        Step.WATCH: "Keep your medicine at hand, and slow down when you notice symptoms.",
        Step.REDUCE: "Do less outdoors, and less hard; carry your medicine and follow your treatment plan.",
        Step.AVOID_EFFORT: "Avoid effort outdoors; call a doctor if your chest hurts or you are short of breath.",
        Step.STAY_BRIEF: "Stay indoors as far as you can, rest, and seek help early if you feel worse.",
        Step.STAY_IN: "Rest indoors in filtered air; get help at once for chest pain or trouble with breathing.",
    },
    "outdoor_workers": {
        Step.AS_USUAL: "Work outdoors as usual.",
        Step.WATCH: "Work as usual, and rest when breathing becomes hard.",
        Step.REDUCE: "Take more breaks, in cleaner air if you can, and spread heavy tasks over the day.",
        Step.AVOID_EFFORT: "Put off heavy tasks, or do them in short turns with a close-fitting N95 or FFP2 mask.",
        Step.STAY_BRIEF: "Do only urgent work outdoors, in short turns with a mask and with breaks indoors.",
        Step.STAY_IN: "Stop work outdoors; where that is impossible, wear an N95 or FFP2 mask and be quick.",
    },
    "pregnancy": {
        Step.AS_USUAL: "During pregnancy you can be outdoors as usual.",
        Step.WATCH: "During pregnancy go on as usual, and rest when you are short of breath.",
        Step.REDUCE: "During pregnancy keep effort outdoors light and short, and away from busy roads.",
        Step.AVOID_EFFORT: "During pregnancy exercise indoors, and keep walks outdoors short and easy.",
        Step.STAY_BRIEF: "During pregnancy stay indoors most of the time, and go out only briefly.",
        Step.STAY_IN: "During pregnancy stay indoors in the cleanest air; ask your doctor if you feel unwell.",
    },
}


def steps_of(letters: str) -> dict[str, Step]:
    return {group: STEPS[letter] for group, letter in zip(GROUPS, letters, strict=True)}


def headline(letters: str) -> str:
    """The id of the sentence for all, which follows from what everybody and the ill should do."""
    steps = steps_of(letters)
    match steps["general"]:
        case Step.STAY_BRIEF | Step.STAY_IN:
            return "everyone_avoid"
        case Step.AVOID_EFFORT:
            return "everyone_limit"
        case Step.REDUCE:
            return "everyone_reduce"
    match steps["heart_or_lung_disease"]:
        case Step.AS_USUAL:
            return "no_limits"
        case Step.WATCH:
            return "watch_symptoms"
    return "sensitive_reduce"
