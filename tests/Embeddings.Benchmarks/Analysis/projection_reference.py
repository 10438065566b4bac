"""One projection to two dimensions by umap-learn or scikit-learn, and its time.

Arguments:       pca | umap | tsne, and the dimensions of a vector.
Standard input:  the vectors as little-endian 32-bit floats.
Standard output: {"name", "seconds", "processor_seconds", "positions": base64 of 32-bit floats}
"""
import base64
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import numpy

method, dimensions = sys.argv[1], int(sys.argv[2])
vectors = numpy.frombuffer(sys.stdin.buffer.read(), dtype="<f4").reshape(-1, dimensions)

if method == "umap":
    import umap

    name = "umap-learn " + umap.__version__
    make = lambda: umap.UMAP(metric="cosine", random_state=42)
    # numba compiles at the first call.
    make().fit_transform(vectors[:200])
else:
    import sklearn
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    name = "scikit-learn " + sklearn.__version__
    make = lambda: PCA(2) if method == "pca" else TSNE(perplexity=30, init="pca", learning_rate="auto", n_jobs=-1)

clock, processor = time.perf_counter(), time.process_time()
positions = make().fit_transform(vectors)
json.dump(
    {
        "name": name,
        "seconds": time.perf_counter() - clock,
        "processor_seconds": time.process_time() - processor,
        "positions": base64.b64encode(numpy.ascontiguousarray(positions, "<f4").tobytes()).decode(),
    },
    sys.stdout,
)
