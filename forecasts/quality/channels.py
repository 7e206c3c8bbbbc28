"""Two sensors of one device, such as the channels A and B of a PurpleAir."""

# Barkjohn et al. 2021, doi:10.5194/amt-14-4617-2021: what was excluded when the correction of EPA's fire and smoke
# map was made.
APART_UG_M3 = 5.0
APART_OF_MEAN = 0.61


def channels_disagree(first_ug_m3: float, second_ug_m3: float) -> bool:
    """Apart by more than 5 µg/m³ and by more than 61 % of their mean."""
    apart = abs(first_ug_m3 - second_ug_m3)
    return apart > APART_UG_M3 and apart > APART_OF_MEAN * (first_ug_m3 + second_ug_m3) / 2
