"""The national scales, one module each; adding one means adding a module and a line here."""

from forecasts.aqi.scales import (
    au_aqc,
    ca_aqhi,
    ca_aqhi_plus,
    cn_hj633_2012,
    cn_hj633_2026,
    eu_eaqi_2019,
    eu_eaqi_2025,
    hk_aqhi,
    in_naqi_2014,
    kr_cai,
    sg_psi,
    uk_daqi,
    us_epa_2012,
    us_epa_2024,
    who_aqg_2021,
)
from forecasts.aqi.tables import Scale

SCALES: dict[str, Scale] = {
    module.SCALE.id: module.SCALE
    for module in (
        us_epa_2024,
        us_epa_2012,
        in_naqi_2014,
        cn_hj633_2026,
        cn_hj633_2012,
        eu_eaqi_2025,
        eu_eaqi_2019,
        uk_daqi,
        ca_aqhi,
        ca_aqhi_plus,
        kr_cai,
        au_aqc,
        hk_aqhi,
        sg_psi,
        who_aqg_2021,
    )
}
