import numpy as np
import torch

from brain.train.dense_labels import (
    FIELDS,
    NO_KIND,
    DenseHeads,
    dense_figures,
    dense_labels,
    dense_loss,
    soft_bins,
)


def scene() -> np.ndarray:
    objects = np.zeros((1, 6, 10), np.float32)
    objects[..., 0] = -1
    objects[0, 0] = [0, 2, 0.5, 0.1, 0.03, 0.2, 0.05, 44.0, 20.0, 0]  # cube, cell (2, 5)
    objects[0, 1] = [3, 4, 0.4, -0.1, 0.02, 0.0, 0.14, 99.0, 70.0, 1]  # bowl, cell (8, 12)
    return objects


def test_the_cell_under_an_object_answers_for_it():
    labels = dense_labels(scene(), 16)
    assert labels.kind[0, 2, 5] == 0 and labels.kind[0, 8, 12] == 3
    assert labels.kind[0, 0, 0] == NO_KIND and labels.colour[0, 2, 5] == 2
    assert labels.centre[0].nonzero().tolist() == [[2, 5], [8, 12]]
    du, dv = labels.regress[0, 2, 5, :2]
    assert abs((5 + 0.5 + du) * 8 - 44) < 1e-4 and abs((2 + 0.5 + dv) * 8 - 20) < 1e-4
    assert labels.in_hand[0, 8, 12] == 1
    assert labels.regress_mask[0, 2, 5].all()
    assert not labels.regress_mask[0, 8, 12, 6:].any()  # a bowl has no yaw
    assert not labels.regress_mask[0, 0, 0].any()


def test_an_empty_table_has_a_finite_loss():
    objects = scene()
    objects[..., 0] = -1
    out = DenseHeads(8)(torch.randn(1, 8, 16, 16))
    value, _ = dense_loss(out, dense_labels(objects, 16))
    assert torch.isfinite(value)


def test_right_answers_have_no_error():
    labels = dense_labels(scene(), 16)
    out = {name: torch.zeros(1, 16, 16, size) for name, size in FIELDS.items()}
    out["kind"] = 9 * torch.nn.functional.one_hot(labels.kind, NO_KIND + 1).float()
    out["colour"] = 9 * torch.nn.functional.one_hot(labels.colour, 6).float()
    out["regress"] = labels.regress
    figures = dense_figures(out, labels)
    assert figures["kind_accuracy"] == figures["colour_accuracy"] == 1
    assert figures["xy_median_mm"] < 1e-3 and figures["yaw_median_deg"] < 1e-3


def test_soft_bins_are_centred_and_sum_to_one():
    value = torch.tensor([0.5, -0.5, 0.26])
    target = soft_bins(value, -1, 1, 64)
    torch.testing.assert_close(target.sum(-1), torch.ones(3))
    middle = (torch.arange(64) + 0.5) / 32 - 1
    torch.testing.assert_close(target @ middle, value, atol=1e-3, rtol=0)
