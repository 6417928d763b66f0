"""Confidence is fitted to what was right, and its error is measured as published."""

import numpy as np
import pytest

from seq2seq.answering.calibration import _fit, _probabilities, expected_calibration_error


def test_the_error_is_the_mean_distance_of_confidence_and_share_right() -> None:
    told = np.array([0.9, 0.9, 0.9, 0.9, 0.1, 0.1])
    assert expected_calibration_error(told, np.array([1.0, 1, 1, 0, 0, 0])) == pytest.approx((0.6 + 0.2) / 6)
    assert expected_calibration_error(np.array([1.0]), np.array([1.0])) == 0


def test_the_fit_finds_the_probabilities_that_the_answers_were_drawn_from() -> None:
    draw = np.random.default_rng(1)
    x = np.column_stack([np.ones(4000), draw.normal(size=(4000, 2))])
    truth = _probabilities(x, np.array([-0.5, 1.5, 0.7]))
    found = _probabilities(x, _fit(x, (draw.random(4000) < truth).astype(float)))
    assert np.abs(found - truth).max() < 0.06


def test_what_can_be_told_apart_wholly_is_fitted_too() -> None:
    x = np.array([[1.0, -1, 0], [1, 1, 0]])
    assert np.isfinite(_fit(x, np.array([0.0, 1]))).all()
