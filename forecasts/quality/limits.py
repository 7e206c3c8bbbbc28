"""The numbers of the judge, in µg/m³; docs/topics/data-quality.md shows what they do to real series."""

PARTICLES = ("pm25", "pm10", "pm1")

# Above these no hour outdoors was ever measured (dust storms, wildfires, volcanoes included) or no instrument reads:
# such a number is a fault or a wrong unit, not pollution.
HIGHEST_POSSIBLE = {
    "pm25": 10_000,
    "pm10": 30_000,
    "pm1": 10_000,
    "o3": 2_000,
    "no2": 5_000,
    "so2": 50_000,
    "co": 150_000,
    "no": 5_000,
    "nox": 10_000,
    "nh3": 10_000,
    "bc": 2_000,
}

# From here on down it is no noise around zero any more. Particles: where AirNow's own files begin to say "Invalid";
# gases: some 5 ppb, and 0.4 ppm of CO, which is what the usual analysers drift.
TOO_NEGATIVE = {
    "pm25": -5,
    "pm10": -5,
    "pm1": -5,
    "o3": -10,
    "no2": -10,
    "so2": -13,
    "co": -460,
    "no": -6,
    "nox": -10,
    "nh3": -4,
    "bc": -1,
}

# What many files and services write where there is no value.
NO_VALUE = (-999.0, -9999.0)

# Below these, clean air and coarse digits make the same number again and again: Seoul has 87 hours of 3 ppb of SO2.
LOW = {
    "pm25": 10,
    "pm10": 10,
    "pm1": 10,
    "o3": 20,
    "no2": 20,
    "so2": 20,
    "co": 1_200,
    "no": 20,
    "nox": 20,
    "nh3": 5,
    "bc": 2,
}

# What a beta attenuation monitor (Met One BAM) reports for an hour that it could not measure: the end of its range of
# 1, 2, 5 or 10 mg/m³, less its offset of 15 µg/m³.
FULL_SCALE = (985, 1985, 4985, 9985)

STUCK_HOURS = 13
STUCK_HOURS_WHEN_LOW = 24  # of particles, which are never so still; gases may be

# A spike is so many times its neighbours and stands out by so many times LOW. Fireworks, smoke and dust come as fast,
# but do not go within the hour.
SPIKE_RATIO = 8
SPIKE_HEIGHT = 5
