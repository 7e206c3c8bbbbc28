"""Forecasts of one series of hourly concentrations with honest bounds. Pure: no Django, no clock."""

from forecasts.prediction.forecaster import PredictedHour, Prediction, predict

__all__ = ["PredictedHour", "Prediction", "predict"]
