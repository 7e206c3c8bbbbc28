from django.urls import path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView

from . import description, explanation, scales, skill, sources, views, waqi

urlpatterns = [
    path("v1/", views.RootView.as_view(), name="root"),
    path("v1/skill/", skill.SkillView.as_view(), name="skill"),
    path("v1/scales/", scales.ScalesView.as_view(), name="scales"),
    path("v1/scales/<str:scale>/", scales.ScaleView.as_view(), name="scale"),
    path("v1/cities/", views.CityView.as_view(), name="cities"),
    path("v1/locations/", views.LocationListView.as_view(), name="locations"),
    path("v1/locations/<str:location>/", views.LocationView.as_view(), name="location"),
    path("v1/locations/<str:location>/current/", views.CurrentView.as_view(), name="current"),
    path("v1/locations/<str:location>/explain/", explanation.ExplanationView.as_view(), name="explain"),
    path("v1/locations/<str:location>/forecast/", views.ForecastView.as_view(), name="forecast"),
    path("v1/locations/<str:location>/history/", views.HistoryView.as_view(), name="history"),
    path("v1/locations/<str:location>/skill/", skill.LocationSkillView.as_view(), name="location_skill"),
    path("v1/locations/<str:location>/sources/", sources.SourcesView.as_view(), name="sources"),
    path("v1/locations/<str:location>/waqi/", waqi.WAQIView.as_view(), name="waqi"),
    path("openapi.yaml", description.SchemaView.as_view(), name="openapi"),
    path("schema/", description.SchemaView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(), name="docs"),
    re_path("", description.UnknownPathView.as_view()),
]
