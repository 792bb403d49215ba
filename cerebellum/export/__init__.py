"""From a trained controller to engines: graphs, precisions, plans, and the gate they must pass.

Run as `python -m cerebellum.export MODEL FOLDER` for the default engine (ONNX, float32, judged
on random inputs); :mod:`cerebellum.engines.build` does so on first use.
"""
