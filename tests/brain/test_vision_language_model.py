import pytest
import torch
from transformers import AutoModel

from body.robots.fr3 import FR3
from brain.language_model import LanguageSizes
from brain.vision_encoder import ConvVisionConfig, ConvVisionModel
from brain.vision_language_model import PARAMETER_LIMIT, build, load, save
from episodes.model_folder import ModelFolderError

META = {"codec_id": "0123456789abcdef", "code_sizes": [128, 128, 128, 48, 2, 8]}


def test_encoder_is_known_to_the_auto_classes_and_keeps_the_order_of_patches():
    torch.manual_seed(0)
    model = AutoModel.from_config(
        ConvVisionConfig(channels=16, num_hidden_layers=1, image_size=128)
    ).eval()
    assert isinstance(model, ConvVisionModel)
    pixels = torch.zeros(1, 3, 128, 128)
    pixels[0, :, 20:24, 100:104] = 1.0  # row 1, column 6 of the 8 x 8 patches
    with torch.no_grad():
        out = model(pixels).last_hidden_state
        empty = model(torch.zeros_like(pixels)).last_hidden_state
    assert out.shape == (1, 64, 64)
    assert int((out - empty).norm(dim=-1).argmax()) == 8 + 6


def test_full_size_stays_below_the_limit(tokenizer):
    model = build(tokenizer, META)
    count = sum(p.numel() for p in model.network.parameters())
    assert count < PARAMETER_LIMIT / 2
    assert model.image_tokens == 144


def test_too_large_or_unfit_is_refused(tokenizer):
    with pytest.raises(ValueError, match="over the brain's"):
        build(tokenizer, META, language=LanguageSizes(hidden=768, heads=8, inner=4096))
    with pytest.raises(ValueError, match="act tokens"):
        build(tokenizer, META | {"code_sizes": [256] * 80})
    with pytest.raises(ValueError, match="even multiple"):
        build(tokenizer, META, language=LanguageSizes(hidden=30, heads=4))


def test_saved_and_loaded_alike(tiny, tmp_path):
    save(tiny, tmp_path / "m", spec=FR3, dtype=torch.float32)
    again = load(tmp_path / "m", spec=FR3, codec_id="0123456789abcdef")
    ids = torch.tensor([[tiny.vocabulary.image] * 64 + tiny.vocabulary.encode("put it")])
    pixels = torch.randn(1, 3, 128, 128)
    with torch.no_grad():
        one = tiny.network(input_ids=ids, pixel_values=pixels).logits
        two = again.network(input_ids=ids, pixel_values=pixels).logits
    torch.testing.assert_close(one, two)
    assert again.code_sizes == tiny.code_sizes and again.metadata["codec_id"] == META["codec_id"]
    assert again.metadata["robot"] == "fr3"


def test_transformers_itself_reads_the_folder(tiny, tmp_path):
    from transformers import AutoModelForImageTextToText, AutoProcessor

    save(tiny, tmp_path / "m", dtype=torch.float32)
    network = AutoModelForImageTextToText.from_pretrained(str(tmp_path / "m"))
    mine = dict(tiny.network.named_parameters())
    for name, parameter in network.named_parameters():
        torch.testing.assert_close(parameter.detach(), mine[name].detach())
    processor = AutoProcessor.from_pretrained(str(tmp_path / "m"))
    from PIL import Image

    picture = Image.new("RGB", (128, 128), (255, 0, 127))
    out = processor(text="<image>put it", images=picture, return_tensors="pt")
    assert (out["input_ids"] == tiny.vocabulary.image).sum() == 64
    assert out["pixel_values"].shape == (1, 3, 128, 128)
    torch.testing.assert_close(
        out["pixel_values"][0, :, 0, 0], torch.tensor([1.0, -1.0, 0.0]), atol=0.01, rtol=0
    )


def test_altered_weights_and_foreign_codecs_are_refused(tiny, tmp_path):
    folder = tmp_path / "m"
    save(tiny, folder, spec=FR3)
    with pytest.raises(ModelFolderError):
        load(folder, codec_id="another")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-10])
    with pytest.raises(ModelFolderError, match=r"model\.safetensors"):
        load(folder)
