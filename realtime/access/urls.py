from django.urls import path

from . import views

urlpatterns = [
    path("", views.ObtainView.as_view(), name="token"),
    path("refresh/", views.RefreshView.as_view(), name="token_refresh"),
    path("logout/", views.LogOutView.as_view(), name="token_logout"),
]
